using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// A write-ahead log in segments, shared by the groups of an engine. Records are opaque. Only the engine's thread calls it;
/// it touches the disk at <see cref="Recover"/> and in the work that it hands out, never elsewhere.
/// </summary>
public sealed class WriteAheadLog : IDisposable
{
    private readonly LogOptions _options;
    private readonly GroupTable _groups;
    private readonly SegmentChain _segments;
    private LogBatch _pending = new();
    private LogBatch _idle = new();
    private LogBatch? _inFlight;
    private LogBatch? _retry;
    private LogPosition _end;
    private ulong _lastNumber;
    private ulong _namedOldest;
    private bool _sealed;

    internal WriteAheadLog(LogOptions options, GroupTable groups, SegmentChain segments, LogPosition end, ulong lastNumber)
    {
        _options = options;
        _groups = groups;
        _segments = segments;
        _end = end;
        _sealed = end == default;
        _lastNumber = CompletedThrough = lastNumber;
        _pending.Reset(lastNumber + 1);
    }

    /// <summary>
    /// Reads the log of a data directory, or begins one, while the node starts. Gives each intact record to
    /// <paramref name="visitor"/> in log order; cuts a torn tail, durably; reports damage.
    /// </summary>
    /// <exception cref="DiskException">The disk failed or is full.</exception>
    public static RecoveredLog Recover(IDisk disk, LogOptions options, IRecordVisitor visitor) =>
        new LogRecovery(disk, options, visitor).Run();

    /// <summary>Appends a group's hard state. Durable once <see cref="CompletedThrough"/> reaches <see cref="PendingBatch"/>, as of now.</summary>
    public void AppendState(GroupId group, ReadOnlySpan<byte> payload)
    {
        GroupUse use = _groups.Use(group);
        use.StateAppended();
        payload.CopyTo(_pending.Add(use, new RecordHeader(RecordKind.State, group, default, default, payload.Length)));
    }

    /// <summary>
    /// Appends entries of a group, which replace its earlier ones from <paramref name="first"/> on. With
    /// <paramref name="last"/> just before <paramref name="first"/> and no payload, it only removes those.
    /// </summary>
    public void AppendEntries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) =>
        payload.CopyTo(ReserveEntries(group, first, last, payload.Length));

    /// <summary>As <see cref="AppendEntries"/>; the caller fills the returned span before it calls anything else here.</summary>
    public Span<byte> ReserveEntries(GroupId group, LogIndex first, LogIndex last, int bytes)
    {
        Invariant.Require(first.Value > 0 && last.Value >= first.Value - 1, "entries go from a first index to one not before it, or are none");
        return _pending.Add(_groups.Use(group), new RecordHeader(RecordKind.Entries, group, first, last, bytes));
    }

    /// <summary>Appends that a group is removed from this log, and lets go of its records.</summary>
    public void Forget(GroupId group)
    {
        _groups.Forget(group);
        _pending.Add(use: null, new RecordHeader(RecordKind.Forget, group, default, default, 0));
    }

    /// <summary>Appends that the log starts over, and lets go of all records: the way out of damage that concerns all groups.</summary>
    public void ForgetAll()
    {
        _groups.ForgetAll();
        _pending.Add(use: null, new RecordHeader(RecordKind.Reset, default, default, default, 0));
    }

    /// <summary>A durable snapshot covers the group's entries up to and including <paramref name="upTo"/>: the log lets go of them.</summary>
    public void ReleaseEntries(GroupId group, LogIndex upTo) => _groups.Release(group, upTo);

    /// <summary>Where the log's files come from; without bound at first.</summary>
    public ISegmentSpace Space
    {
        get => _segments.Space;
        set => _segments.Space = value;
    }

    /// <summary>
    /// The batch that records appended now will be part of. It counts batches as their numbers do, but for those without records that went
    /// before one that waited for room.
    /// </summary>
    public ulong PendingBatch => _pending.Ticket;

    /// <summary>The last durable batch, counted as <see cref="PendingBatch"/>.</summary>
    public ulong CompletedThrough { get; private set; }

    /// <summary>Bytes appended and not yet taken.</summary>
    public int PendingBytes => _pending.BodyBytes;

    /// <summary>Why the log takes no more batches, for ever; null while it is well.</summary>
    public DiskException? Failure { get; private set; }

    /// <summary>Whether the pending batch found no room when <see cref="TakeBatch"/> was last called.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Whether that is so, or the batch given out found the disk full.</summary>
    public bool LacksRoom => IsHeld || _retry is not null;

    /// <summary>The next batch for the log lane; null when nothing is pending, one is on its way, there is no room for it, or the log has failed.</summary>
    public LogBatch? TakeBatch()
    {
        if (_inFlight is not null || Failure is not null)
        {
            return null;
        }

        if (_retry is not null)
        {
            _inFlight = _retry;
            _retry = null;
            return _inFlight;
        }

        if (_pending.Records == 0)
        {
            return null;
        }

        LogBatch batch = _pending;
        IsHeld = !TryAim(batch);
        if (IsHeld)
        {
            return null;
        }

        _pending = _idle;
        _pending.Reset(batch.Ticket + 1);
        return batch;
    }

    /// <summary>
    /// Whether the last batch's end is not yet named durable by a later header, or a header would free a segment; and
    /// nothing is on its way, or pending that could go.
    /// </summary>
    public bool NeedsSeal =>
        _inFlight is null && _retry is null && Failure is null
        && (_segments.OldestNeeded > _namedOldest
            ? _pending.Records == 0 || (IsHeld && !_pending.Forgets)
            : !_sealed && _pending.Records == 0);

    /// <summary>A batch without records, whose header names all before it durable; null unless <see cref="NeedsSeal"/>, and when it has no room.</summary>
    public LogBatch? TakeSeal()
    {
        if (!NeedsSeal)
        {
            return null;
        }

        if (IsHeld)
        {
            // What is pending waits for the room that this header may give, and so do those that wait for it.
            _idle.Reset(ticket: 0);
            return TryAim(_idle) ? _idle : null;
        }

        LogBatch batch = _pending;
        if (!TryAim(batch))
        {
            return null;
        }

        _pending = _idle;
        _pending.Reset(batch.Ticket + 1);
        return batch;
    }

    /// <summary>
    /// Takes back a batch that has run. A failure ends the log for ever, since a failed sync can't be retried; except when
    /// the disk was full before anything was written: then <see cref="TakeBatch"/> gives the batch out again.
    /// </summary>
    public void Complete(LogBatch batch)
    {
        Invariant.Require(batch == _inFlight, "the batch comes back that was given out");
        _inFlight = null;
        if (batch.Failure is { Fault: DiskFault.Full } && !batch.Touched)
        {
            batch.Failure = null;
            batch.Shrink();
            _retry = batch;
            return;
        }

        if (batch.Failure is not null)
        {
            Failure = batch.Failure;
            return;
        }

        Invariant.Require(batch.Number == _lastNumber + 1, "batches complete in order");
        _lastNumber = batch.Number;
        if (batch.Ticket > 0)
        {
            CompletedThrough = batch.Ticket;
        }

        if (batch.Granted > 0)
        {
            Space.Settle(batch.Granted);
        }

        _end = batch.Header.End;
        _namedOldest = batch.Header.OldestSegment;
        _sealed = batch.Records == 0;
        _segments.LetGoBefore(_namedOldest);
        batch.Reset(ticket: 0);
        _idle = batch;
    }

    /// <summary>The next upkeep for the bulk lane; null when there is none, or one is on its way.</summary>
    public LogUpkeep? TakeUpkeep() => Failure is null ? _segments.TakeUpkeep(Lack) : null;

    /// <summary>Takes back upkeep that has run. A failure is not the log's end; call <see cref="TakeUpkeep"/> again after a while.</summary>
    public void Complete(LogUpkeep upkeep) => _segments.Complete(upkeep);

    /// <summary>
    /// Adds, for each group with records that keep the oldest segments, what these are: the oldest one, and as many more as have
    /// <paramref name="bytes"/> together. Nothing when there is just one segment.
    /// </summary>
    public void CollectPins(ICollection<LogPin> pins, long bytes)
    {
        if (_segments.Reclaimable(bytes) is { } last)
        {
            _groups.CollectPins(last, pins);
        }
    }

    /// <summary>The segments that hold records that are needed, or are waiting to be recycled or deleted, with the one ahead.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>The bytes that those segments take on the disk.</summary>
    public long RetainedBytes => _segments.Bytes;

    /// <summary>The size of a segment in bytes.</summary>
    public long SegmentBytes => _options.SegmentBytes;

    /// <summary>The size of a segment where there is no room for a whole one, in bytes.</summary>
    public long SmallSegmentBytes => _options.SmallSegmentBytes;

    /// <summary>Closes the files. Not while work is on its way.</summary>
    public void Dispose() => _segments.Close();

    private RoomLack Lack =>
        _retry is not null || (IsHeld && SegmentBytesFor(_pending) > _options.SegmentBytes) ? RoomLack.Space
        : IsHeld ? RoomLack.Segment
        : RoomLack.None;

    /// <summary>The least bytes of a segment that holds the batch, and a header without records after it.</summary>
    private static long SegmentBytesFor(LogBatch batch) =>
        (2 * LogFormat.SectorBytes) + LogFormat.AlignToSector(BatchHeader.Size + (long)batch.BodyBytes);

    /// <summary>Gives a batch its place in the log; false when there is no room for it.</summary>
    private bool TryAim(LogBatch batch)
    {
        long bytes = LogFormat.AlignToSector(BatchHeader.Size + (long)batch.BodyBytes);
        if (_segments.Place(bytes, hasRecords: batch.Records > 0) is not { } place)
        {
            return false;
        }

        batch.Aim(place.Segment, place.Creates, place.Closing);
        batch.Describe(new BatchHeader
        {
            At = new LogPosition(place.Segment.Sequence, place.Offset),
            Number = _lastNumber + 1,
            BodyBytes = batch.BodyBytes,
            Records = batch.Records,
            PreviousEnd = _end,
            OldestSegment = _segments.OldestNeeded,
            PreviousIsDurable = _options.Synced,
        });
        _inFlight = batch;
        return true;
    }
}
