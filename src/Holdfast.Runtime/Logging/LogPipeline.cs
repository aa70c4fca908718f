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

    // Room that was lacking is looked for once a tick.
    private bool _waitsForRoom;

    /// <summary>Whether there was no room for a batch.</summary>
    public bool LacksRoom => log.LacksRoom;

    /// <summary>The bytes that wait in memory for room; zero when there was room.</summary>
    public int HeldBytes => log.IsHeld ? log.PendingBytes : 0;

    /// <summary>Whether the disk holds a log: some batch of it is durable.</summary>
    public bool IsOnDisk => log.CompletedThrough > 0;

    /// <summary>Whether everything that was appended is durable.</summary>
    public bool IsIdle => _waiting.Count == 0;

    /// <summary>Whether the next tick has something to do here.</summary>
    public bool WaitsForTick => _waitsForRoom || log.NeedsSeal;

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
            Restart(replica, snapshot.Id);
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

    /// <summary>Appends that a group's log restarts at a durable snapshot: what stood in it before is void (LogRecords).</summary>
    public void Restart(Replica replica, EntryId snapshot)
    {
        WriteState(replica, snapshot);
        log.AppendEntries(replica.Group, snapshot.Index.Next, snapshot.Index, []);
        replica.LoggedBytes = 0;
        replica.LogRestarts++;
        _waiting.Enqueue(new Waiting(log.PendingBatch, replica, Token: null));
    }

    /// <summary>Hands the next batch to the disk, when there is one that need not wait for company, and the disk is free.</summary>
    public void Submit(long nowMicros)
    {
        if (_waitsForRoom || _delay.Holds(nowMicros))
        {
            return;
        }

        if (log.TakeBatch() is { } batch)
        {
            Submit(batch, nowMicros);
        }
        else
        {
            _waitsForRoom = log.LacksRoom;
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

        _waitsForRoom = log.LacksRoom;
        _idleSinceMicros = nowMicros;
        _delay.Completed(nowMicros);
        while (_waiting.TryPeek(out Waiting waiting) && waiting.Batch <= log.CompletedThrough)
        {
            _waiting.Dequeue();
            if (waiting.Token is { } token)
            {
                waiting.Replica.Raft.Persisted(token);
                changed(waiting.Replica);
            }
            else
            {
                waiting.Replica.LogRestarts--;
                Release(waiting.Replica);
            }
        }
    }

    /// <summary>Takes back upkeep.</summary>
    public void Complete(LogUpkeep upkeep) => log.Complete(upkeep);

    /// <summary>Once a tick: looks for room that was lacking, seals a log that fell idle, keeps a segment ahead.</summary>
    public void Tick(long nowMicros)
    {
        _waitsForRoom = false;
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

    /// <summary>
    /// Lets go of entries that a durable snapshot covers; returns the last of them. Not of what lies on the disk beyond the durable log: that is
    /// void, and a start sees it by the entry that the snapshot has at its place (<see cref="Recovery.GroupReplay"/>). Nor of anything while the log is
    /// to restart at a snapshot that came in, until that is durable.
    /// </summary>
    public LogIndex Release(Replica replica)
    {
        bool restarts = replica.LogRestarts > 0 || replica.StateIndex < replica.SnapshotIndex;
        LogIndex upTo = restarts ? LogIndex.Zero : LogIndex.Min(replica.SnapshotIndex, replica.Raft.Durable);
        log.ReleaseEntries(replica.Group, upTo);
        return upTo;
    }

    /// <summary>The groups that keep the oldest segment from being freed, and as many more as have so many bytes together.</summary>
    public IReadOnlyList<LogPin> CollectPins(long bytes)
    {
        _pins.Clear();
        log.CollectPins(_pins, bytes);
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

    /// <summary>Who waits for a batch: a write of consensus, or, without a token, the restart of a log.</summary>
    private readonly record struct Waiting(ulong Batch, Replica Replica, PersistToken? Token);
}
