using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Writes the history as it was when the walk began, in bounded steps, while changes are added and let go: what is still to be written
/// stays in memory. A value that a chain's change has in common with the one before is written once.
/// </summary>
internal sealed class HistoryWalk
{
    private readonly ChangeHistory _history;
    private readonly ChangeBlocks _blocks;
    private readonly long _end;
    private long _next;
    private bool _inChange;
    private int _valueWritten;

    public HistoryWalk(ChangeHistory history, ChangeBlocks blocks, long first)
    {
        (_history, _blocks) = (history, blocks);
        (_next, _end) = (first, blocks.End);
        Beginning = new HistorySums(history.Floor, history.Count, history.Bytes);
    }

    /// <summary>What lies before this position may be freed.</summary>
    public long Needed => _next < _end ? _next : long.MaxValue;

    /// <summary>What there was at the beginning.</summary>
    public HistorySums Beginning { get; }

    /// <summary>Writes until the budget is used up; returns whether all is written.</summary>
    public bool Step(ref long budget, ref SnapshotWriter writer, IBufferWriter<byte> output)
    {
        while (_next < _end && budget > 0)
        {
            Change change = _blocks.At(_next);
            budget -= Write(change, budget, ref writer, output, out bool finished);
            if (finished)
            {
                _next = _blocks.After(_next, change.Size);
                _history.FreeWritten();
            }
        }

        return _next >= _end;
    }

    private int Write(Change change, long budget, ref SnapshotWriter writer, IBufferWriter<byte> output, out bool finished)
    {
        SnapshotChangeHead head = HeadOf(change);
        int written = 0;
        if (!_inChange)
        {
            Span<byte> bytes = stackalloc byte[SnapshotFormat.ChangeHeadSize];
            SnapshotFormat.WriteChangeHead(bytes, head);
            written = writer.Put(bytes, output);
            written += head.Base == Revision.None ? writer.Put(change.Key, output) : 0;
            (_inChange, _valueWritten) = (true, head.Base == Revision.None ? 0 : change.Chained.BaseLength);
        }

        // A short one is no longer than a key may be.
        int left = change.Fields.ValueLength - _valueWritten;
        int slice = change.IsLong ? (int)Math.Clamp(budget - written, 0, left) : left;
        written += writer.Put(change.Value.Slice(_valueWritten, slice), output);
        _valueWritten += slice;
        finished = _valueWritten == change.Fields.ValueLength;
        _inChange = !finished;
        return written;
    }

    private unsafe SnapshotChangeHead HeadOf(Change change)
    {
        // Only on what the snapshot holds can another change be based in it.
        bool isBased = change.IsLong && change.Chained.BaseRevision > Beginning.Floor.Value;
        return new SnapshotChangeHead(
            change.Fields.Kind,
            change.IsLong && !isBased ? change.Chained.Chain->Record.Slot.Value : (ushort)0,
            isBased ? 0 : change.Key.Length,
            (uint)change.Fields.ValueLength,
            change.Revision,
            change.Fields.DeadlineMs,
            change.Fields.TimeMs,
            isBased ? new Revision(change.Chained.BaseRevision) : Revision.None);
    }
}

/// <summary>What a snapshot says in advance of the history in it: everything after the floor, so many changes, so many bytes.</summary>
internal readonly record struct HistorySums(Revision Floor, long Count, long Bytes);
