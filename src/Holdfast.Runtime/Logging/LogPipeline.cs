using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Storage;
using Holdfast.Wire.Log;
using Holdfast.Wire.Messages;

namespace Holdfast.Runtime.Logging;

/// <summary>
/// The engine's side of its log: gathers what all groups have to write into one batch after the other, and tells each group when
/// its writes are durable. That call is the only way by which a promise leaves a group (DESIGN: durable by structure).
/// </summary>
internal sealed class LogPipeline(WriteAheadLog log, IDiskLanes lanes, long maxCommitDelayMicros, Action<Replica> changed)
{
    private readonly Queue<Waiting> _waiting = new();
    private readonly List<LogPin> _pins = [];
    private readonly CommitDelay _delay = new(maxCommitDelayMicros);
    private long _idleSinceMicros;

    /// <summary>Whether the disk had no room for a batch, which is tried again with the next tick.</summary>
    public bool IsDiskFull { get; private set; }

    /// <summary>Whether the disk holds a log: some batch of it is durable.</summary>
    public bool IsOnDisk => log.CompletedThrough > 0;

    /// <summary>Whether everything that was appended is durable.</summary>
    public bool IsIdle => _waiting.Count == 0;

    /// <summary>Whether the next tick has something to do here.</summary>
    public bool WaitsForTick => IsDiskFull || log.NeedsSeal;

    /// <summary>When a batch that waits for company is to be submitted; <see cref="long.MaxValue"/> when none waits.</summary>
    public long SubmitDueMicros => _delay.UntilMicros;

    /// <summary>The bytes of the log on the disk.</summary>
    public long RetainedBytes => log.RetainedBytes;

    /// <summary>The size of a segment.</summary>
    public long SegmentBytes => log.SegmentBytes;

    /// <summary>Appends what a group must make durable now.</summary>
    public void Write(Replica replica, Ready ready)
    {
        if (ready.HardState is { } state)
        {
            replica.WrittenState = state;
        }

        if (ready.InstallSnapshot is { } snapshot)
        {
            // The log restarts at the snapshot: what stood in it before is void (LogRecords).
            WriteState(replica, snapshot.Id);
            log.ReleaseEntries(replica.Group, snapshot.Id.Index);
            replica.LoggedBytes = 0;
        }
        else if (ready.HardState is not null)
        {
            WriteState(replica, default);
        }

        if (!ready.Entries.IsEmpty)
        {
            WriteEntries(replica, ready.Entries.Span);
            _delay.Add(ready.Entries.Length);
        }

        _waiting.Enqueue(new Waiting(log.PendingBatch, replica, ready.Token ?? throw Invariant.Unreachable("a write has a token")));
    }

    /// <summary>Hands the next batch to the disk, when there is one that need not wait for company, and the disk is free.</summary>
    public void Submit(long nowMicros)
    {
        // A batch that found the disk full is given out again: once a tick is often enough.
        if (!IsDiskFull && !_delay.Holds(nowMicros) && log.TakeBatch() is { } batch)
        {
            Submit(batch, nowMicros);
        }
    }

    /// <summary>
    /// Takes back a batch: all groups whose writes are in it learn that they are durable. The next one is handed out with what comes of
    /// that, and of the other inputs of this iteration: a sync costs more processor time than anything else that a write needs.
    /// </summary>
    /// <exception cref="NodeStoppedException">The disk failed: bytes that were being written can't be trusted any more.</exception>
    public void Complete(LogBatch batch, long nowMicros)
    {
        log.Complete(batch);
        if (log.Failure is { } failure)
        {
            throw new NodeStoppedException(
                $"the log can't be written: {failure.Message}; the node stops, since a failed sync must not be retried; mend the disk, then start it again",
                failure);
        }

        IsDiskFull = batch.Failure?.Fault == DiskFault.Full;
        _idleSinceMicros = nowMicros;
        _delay.Completed(nowMicros);
        while (_waiting.TryPeek(out Waiting waiting) && waiting.Batch <= log.CompletedThrough)
        {
            _waiting.Dequeue();
            waiting.Replica.Raft.Persisted(waiting.Token);
            changed(waiting.Replica);
        }
    }

    /// <summary>Takes back upkeep.</summary>
    public void Complete(LogUpkeep upkeep) => log.Complete(upkeep);

    /// <summary>Once a tick: seals a log that fell idle, keeps a segment ahead, retries a batch that found the disk full.</summary>
    public void Tick(long nowMicros)
    {
        IsDiskFull = false;
        Submit(nowMicros);
        if (log.NeedsSeal && nowMicros - _idleSinceMicros >= EngineOptions.TickMicros)
        {
            Seal(nowMicros);
        }

        if (log.TakeUpkeep() is { } upkeep)
        {
            lanes.Submit(DiskLane.Bulk, upkeep);
        }
    }

    /// <summary>Names everything durable that is, so that a restart can tell a torn tail from damage.</summary>
    public void Seal(long nowMicros)
    {
        if (log.TakeSeal() is { } seal)
        {
            Submit(seal, nowMicros);
        }
    }

    /// <summary>Lets go of entries that a durable snapshot covers.</summary>
    public void Release(Replica replica, LogIndex upTo) => log.ReleaseEntries(replica.Group, upTo);

    /// <summary>The groups that keep the oldest segment from being freed.</summary>
    public IReadOnlyList<LogPin> CollectPins()
    {
        _pins.Clear();
        log.CollectPins(_pins);
        return _pins;
    }

    /// <summary>Writes a group's state again, so that the segment that holds it can be freed.</summary>
    public void RewriteState(Replica replica) => WriteState(replica, default);

    /// <summary>Writes entries again that are in the log already, all from the first one needed on, so that the segment that holds them can be freed.</summary>
    public void RewriteEntries(Replica replica, ReadOnlySpan<Entry> entries) => WriteEntries(replica, entries);

    private void Submit(LogBatch batch, long nowMicros)
    {
        _delay.Submitted(nowMicros);
        lanes.Submit(DiskLane.Log, batch);
    }

    private void WriteState(Replica replica, EntryId restart)
    {
        Span<byte> record = stackalloc byte[LogRecords.StateBytes];
        LogRecords.EncodeState(replica.WrittenState, restart, record);
        log.AppendState(replica.Group, record);
    }

    private void WriteEntries(Replica replica, ReadOnlySpan<Entry> entries)
    {
        int size = LogRecords.EntriesHeaderBytes + EntryBlock.SizeOf(entries);
        Span<byte> record = log.ReserveEntries(replica.Group, entries[0].Id.Index, entries[^1].Id.Index, size);
        LogRecords.EncodeEntriesHeader(replica.Raft.Commit, record);
        EntryBlock.Encode(entries, record[LogRecords.EntriesHeaderBytes..]);
        replica.LoggedBytes += size;
    }

    private readonly record struct Waiting(ulong Batch, Replica Replica, PersistToken Token);
}
