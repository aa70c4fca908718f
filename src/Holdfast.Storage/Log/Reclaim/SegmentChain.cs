using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The segments of a log: those that hold it, oldest first, the one ready for the next step, and those that are no longer
/// needed but not yet gone. A segment is let go of only when a durable header names a later one as the oldest.
/// </summary>
internal sealed class SegmentChain(LogOptions options, IReadOnlyList<Segment> live, ulong lastSequence)
{
    private readonly List<Segment> _live = [.. live];
    private readonly List<Segment> _spent = [];
    private Segment? _ahead;
    private Segment? _writing;
    private long _end;
    private ulong _lastSequence = lastSequence;
    private LogUpkeep? _upkeep;

    public int Count => _live.Count + _spent.Count + (_ahead is null ? 0 : 1);

    public long Bytes => _live.Sum(segment => segment.Bytes) + _spent.Sum(segment => segment.Bytes) + (_ahead?.Bytes ?? 0);

    /// <summary>The last of the oldest segments that together have so many bytes, which is never the newest one; null when there is no other.</summary>
    public Segment? Reclaimable(long bytes)
    {
        Segment? last = null;
        for (int i = 0; i < _live.Count - 1 && (last is null || bytes > 0); i++)
        {
            last = _live[i];
            bytes -= last.Bytes;
        }

        return last;
    }

    /// <summary>The number of the oldest segment that is needed, of those that hold the log now.</summary>
    public ulong OldestNeeded
    {
        get
        {
            int oldest = 0;
            while (oldest < _live.Count - 1 && _live[oldest].Pins == 0)
            {
                oldest++;
            }

            return _live.Count == 0 ? 0 : _live[oldest].Sequence;
        }
    }

    /// <summary>Where the files come from.</summary>
    public ISegmentSpace Space { get; set; } = BoundlessSpace.Instance;

    /// <summary>
    /// Finds room for a batch: in the segment being written, in the one ahead, or in one that the batch creates; null when there may be
    /// none now. One with records leaves the last sector of a segment to one without: that header may be what frees the disk.
    /// </summary>
    public Placement? Place(long bytes, bool hasRecords)
    {
        long needed = bytes + (hasRecords ? LogFormat.SectorBytes : 0);
        if (_writing is not null && _end + needed <= _writing.Bytes)
        {
            long offset = _end;
            _end += bytes;
            return new Placement(_writing, offset, Creates: false, Closing: null);
        }

        bool ready = _ahead is not null && LogFormat.SectorBytes + needed <= _ahead.Bytes;
        Segment? next = ready ? _ahead : NewFor(LogFormat.AlignToSector(LogFormat.SectorBytes + needed));
        if (next is null)
        {
            return null;
        }

        if (!ready && _ahead is not null)
        {
            Retire(_ahead);
        }

        Segment? closing = _writing;
        _writing = next;
        _ahead = null;
        _live.Add(_writing);
        _end = LogFormat.SectorBytes + bytes;
        return new Placement(_writing, LogFormat.SectorBytes, Creates: !ready, closing);
    }

    /// <summary>A segment for a batch that needs so many bytes: a whole one, or where there may be none, one just large enough.</summary>
    private Segment? NewFor(long needed)
    {
        long granted = Space.Grant(Math.Max(NextBytes, needed), Math.Max(needed, options.SmallSegmentBytes), isAwaited: true);
        return granted > 0 ? New(granted) : null;
    }

    /// <summary>A durable header named the oldest segment that is needed.</summary>
    public void LetGoBefore(ulong oldest)
    {
        while (_live.Count > 0 && _live[0].Sequence < oldest)
        {
            Invariant.Require(_live[0].Pins == 0 && _live[0] != _writing, "a segment that is let go of is needed by nobody");
            Retire(_live[0]);
            _live.RemoveAt(0);
        }
    }

    /// <summary>
    /// The next upkeep: the segment ahead once half of the current one is used, else a deletion. When a batch waits for room, a segment ahead is
    /// made only of one that is there; and when a whole segment would not help it, all that can be deleted is.
    /// </summary>
    public LogUpkeep? TakeUpkeep(RoomLack lack)
    {
        if (_upkeep is not null)
        {
            return null;
        }

        if (lack == RoomLack.Space && _ahead is not null)
        {
            Retire(_ahead);
            _ahead = null;
        }

        int recyclable = lack == RoomLack.Space ? -1 : Recyclable();
        bool wantsAhead = _ahead is null && (_writing is null || lack == RoomLack.Segment || _end > _writing.Bytes / 2);
        if (wantsAhead && recyclable >= 0)
        {
            _upkeep = new LogUpkeep(options.Folder, New(options.SegmentBytes), TakeSpent(recyclable));
        }
        else if (wantsAhead && lack == RoomLack.None && Space.Grant(NextBytes, NextBytes, isAwaited: false) > 0)
        {
            _upkeep = new LogUpkeep(options.Folder, New(NextBytes), spent: null);
        }
        else if (_spent.Count > (recyclable >= 0 ? 1 : 0))
        {
            _upkeep = new LogUpkeep(options.Folder, prepared: null, TakeSpent(recyclable == 0 ? 1 : 0));
        }

        return _upkeep;
    }

    /// <summary>Takes back upkeep that has run.</summary>
    public void Complete(LogUpkeep upkeep)
    {
        Invariant.Require(upkeep == _upkeep, "upkeep comes back that was given out");
        _upkeep = null;
        if (upkeep is { Prepared: { } made, Spent: null })
        {
            Space.Settle(made.Bytes);
        }

        if (upkeep.Failure is not null)
        {
            // Whatever exists of either is deleted later: deleting what is not there does nothing.
            RetireUnfit(upkeep.Prepared);
            RetireUnfit(upkeep.Spent);
        }
        else if (upkeep.Prepared is { } prepared)
        {
            if (_writing is not null && prepared.Sequence < _writing.Sequence)
            {
                // The log moved on meanwhile, with a segment that its batch created.
                Retire(prepared);
            }
            else
            {
                _ahead = prepared;
            }
        }
    }

    /// <summary>Closes the files that are open.</summary>
    public void Close()
    {
        _writing?.Close();
        _ahead?.Close();
        _spent.ForEach(segment => segment.Close());
    }

    private long NextBytes => _writing is null ? options.FirstSegmentBytes : options.SegmentBytes;

    private Segment New(long bytes) => new(options, ++_lastSequence, bytes);

    private void Retire(Segment segment) => _spent.Add(segment);

    private void RetireUnfit(Segment? segment)
    {
        if (segment is not null)
        {
            segment.IsFit = false;
            Retire(segment);
        }
    }

    /// <summary>A segment that is no longer needed, to be used anew instead of allocating another one; its place, or -1.</summary>
    private int Recyclable()
    {
        for (int i = 0; i < _spent.Count; i++)
        {
            if (_spent[i].IsFit && _spent[i].Bytes == options.SegmentBytes)
            {
                return i;
            }
        }

        return -1;
    }

    private Segment? TakeSpent(int index)
    {
        if (index < 0)
        {
            return null;
        }

        Segment segment = _spent[index];
        _spent.RemoveAt(index);
        return segment;
    }

    /// <summary>Where a batch goes, whether it has to create the segment, and which segment it leaves for good.</summary>
    internal readonly record struct Placement(Segment Segment, long Offset, bool Creates, Segment? Closing);
}

/// <summary>What a batch lacks that waits for room.</summary>
internal enum RoomLack
{
    /// <summary>No batch waits for room.</summary>
    None,

    /// <summary>A whole segment would do.</summary>
    Segment,

    /// <summary>Only space on the disk would: it is larger than a segment, or its segment is chosen and could not be made.</summary>
    Space,
}
