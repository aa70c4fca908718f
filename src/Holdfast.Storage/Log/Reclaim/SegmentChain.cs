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

    /// <summary>The oldest segment, when there are later ones.</summary>
    public Segment? Reclaimable => _live.Count > 1 ? _live[0] : null;

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

    /// <summary>Finds room for a batch: in the segment being written, in the one ahead, or in one that the batch creates.</summary>
    public Placement Place(long bytes)
    {
        if (_writing is not null && _end + bytes <= _writing.Bytes)
        {
            long offset = _end;
            _end += bytes;
            return new Placement(_writing, offset, Creates: false, Closing: null);
        }

        Segment? closing = _writing;
        bool ready = _ahead is not null && LogFormat.SectorBytes + bytes <= _ahead.Bytes;
        if (!ready && _ahead is not null)
        {
            Retire(_ahead);
        }

        _writing = ready
            ? _ahead!
            : New(Math.Max(NextBytes, LogFormat.AlignToSector(LogFormat.SectorBytes + bytes)));
        _ahead = null;
        _live.Add(_writing);
        _end = LogFormat.SectorBytes + bytes;
        return new Placement(_writing, LogFormat.SectorBytes, Creates: !ready, closing);
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

    /// <summary>The next upkeep: the segment ahead once half of the current one is used, else a deletion.</summary>
    public LogUpkeep? TakeUpkeep()
    {
        if (_upkeep is not null)
        {
            return null;
        }

        int recyclable = Recyclable();
        if (_ahead is null && (_writing is null || _end > _writing.Bytes / 2))
        {
            _upkeep = new LogUpkeep(options.Folder, New(recyclable >= 0 ? options.SegmentBytes : NextBytes), TakeSpent(recyclable));
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
