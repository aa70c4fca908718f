using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What one group still needs of the log: the segment of its latest hard state, and where its entries stand.</summary>
internal sealed class GroupUse(GroupId group)
{
    private readonly List<EntryRange> _entries = [];
    private Segment? _state;
    private LogIndex _released;
    private bool _stateWaits;
    private bool _forgotten;

    public GroupId Group { get; } = group;

    /// <summary>The hard state was appended, and is to be written.</summary>
    public void StateAppended() => _stateWaits = true;

    /// <summary>The hard state was written to a segment; the one before is not needed any more.</summary>
    public void StateWritten(Segment segment)
    {
        if (_forgotten)
        {
            return;
        }

        segment.Pins++;
        Unpin(_state);
        _state = segment;
        _stateWaits = false;
    }

    /// <summary>Entries were written to a segment, and replace those from <paramref name="first"/> on.</summary>
    public void EntriesWritten(Segment segment, LogIndex first, LogIndex last)
    {
        if (_forgotten)
        {
            return;
        }

        RemoveFrom(first);
        if (last < first || last <= _released)
        {
            return;
        }

        if (_entries.Count > 0 && _entries[^1].Segment == segment && _entries[^1].Last.Next == first)
        {
            _entries[^1] = _entries[^1] with { Last = last };
            return;
        }

        segment.Pins++;
        _entries.Add(new EntryRange(segment, first, last));
    }

    /// <summary>Entries up to and including <paramref name="upTo"/> are not needed any more.</summary>
    public void Release(LogIndex upTo)
    {
        _released = LogIndex.Max(_released, upTo);
        while (_entries.Count > 0 && _entries[0].Last <= _released)
        {
            Unpin(_entries[0].Segment);
            _entries.RemoveAt(0);
        }
    }

    /// <summary>Nothing of the group is needed any more, not even what is appended but not yet written.</summary>
    public void Forget()
    {
        _forgotten = true;
        Unpin(_state);
        _state = null;
        RemoveFrom(LogIndex.Zero);
    }

    /// <summary>How this group keeps segments from the log's oldest one through a later one; null when it does not.</summary>
    public LogPin? PinThrough(Segment segment)
    {
        int ranges = 0;
        while (ranges < _entries.Count && _entries[ranges].Segment.Sequence <= segment.Sequence)
        {
            ranges++;
        }

        bool byState = !_stateWaits && _state is not null && _state.Sequence <= segment.Sequence;
        return byState || ranges > 0
            ? new LogPin(Group, byState, ranges > 0, ranges > 0 ? _entries[ranges - 1].Last : LogIndex.Zero)
            : null;
    }

    private void RemoveFrom(LogIndex first)
    {
        while (_entries.Count > 0 && _entries[^1].Last >= first)
        {
            EntryRange range = _entries[^1];
            if (range.First < first)
            {
                _entries[^1] = range with { Last = first.Previous };
                return;
            }

            Unpin(range.Segment);
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    private static void Unpin(Segment? segment)
    {
        if (segment is not null)
        {
            segment.Pins--;
            Invariant.Require(segment.Pins >= 0, "a segment is let go of as often as it was kept");
        }
    }

    private readonly record struct EntryRange(Segment Segment, LogIndex First, LogIndex Last);
}
