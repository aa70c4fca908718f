using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Groups;

/// <summary>A proposal whose fate is not yet known.</summary>
internal readonly record struct PendingWrite(
    EntryId Entry, EngineSession Session, ulong Id, Operation Operation, RequestFlags Flags, long DeadlineMicros);

/// <summary>
/// The proposals of a group that wait for their commit, in the order of their indexes. A replica that lost leadership keeps them: an
/// entry's fate is known when an entry is committed at its index, and only then (DESIGN: honest errors).
/// </summary>
internal sealed class WriteQueue
{
    private readonly Queue<PendingWrite> _current = new();
    private readonly List<PendingWrite> _superseded = [];
    private LogIndex _last;

    /// <summary>How many wait.</summary>
    public int Count => _current.Count + _superseded.Count;

    /// <summary>Adds a proposal that was accepted.</summary>
    public void Add(in PendingWrite write)
    {
        if (_current.Count > 0 && write.Entry.Index <= _last)
        {
            // This leader's log is shorter than what an earlier term of it proposed: those entries may still win elsewhere.
            _superseded.AddRange(_current);
            _current.Clear();
        }

        _last = write.Entry.Index;
        _current.Enqueue(write);
    }

    /// <summary>
    /// Takes the proposal that <paramref name="committed"/> fulfils, if there is one; those that it disproves go to
    /// <paramref name="lost"/>.
    /// </summary>
    public bool TryTake(EntryId committed, List<PendingWrite> lost, out PendingWrite write)
    {
        PendingWrite? earlier = null;
        if (_superseded.Count > 0)
        {
            TakeSuperseded(committed, lost, out earlier);
        }

        bool isCurrent = false;
        if (_current.TryPeek(out write) && write.Entry.Index == committed.Index)
        {
            // Also when an earlier term's proposal won the index: then this one is disproved.
            _current.Dequeue();
            isCurrent = write.Entry == committed;
            if (!isCurrent)
            {
                lost.Add(write);
            }
        }

        Invariant.Require(!_current.TryPeek(out PendingWrite next) || next.Entry.Index > committed.Index, "no proposal is passed over by apply");
        write = earlier ?? write;
        return isCurrent || earlier is not null;
    }

    /// <summary>Takes all proposals up to an index that a snapshot jumped over: their fate can no longer be told.</summary>
    public void TakeThrough(LogIndex index, List<PendingWrite> unknown)
    {
        while (_current.TryPeek(out PendingWrite write) && write.Entry.Index <= index)
        {
            unknown.Add(_current.Dequeue());
        }

        TakeSuperseded(index, lateMicros: long.MinValue, unknown);
    }

    /// <summary>Takes all proposals whose deadline passed.</summary>
    public void TakeLate(long nowMicros, List<PendingWrite> late)
    {
        for (int remaining = _current.Count; remaining > 0; remaining--)
        {
            PendingWrite write = _current.Dequeue();
            if (write.DeadlineMicros <= nowMicros)
            {
                late.Add(write);
            }
            else
            {
                _current.Enqueue(write);
            }
        }

        TakeSuperseded(LogIndex.Zero, nowMicros, late);
    }

    /// <summary>Takes those of the indexes up to one, and those whose deadline was not after a time.</summary>
    private void TakeSuperseded(LogIndex through, long lateMicros, List<PendingWrite> taken)
    {
        int kept = 0;
        for (int i = 0; i < _superseded.Count; i++)
        {
            PendingWrite write = _superseded[i];
            if (write.Entry.Index <= through || write.DeadlineMicros <= lateMicros)
            {
                taken.Add(write);
            }
            else
            {
                _superseded[kept++] = write;
            }
        }

        _superseded.RemoveRange(kept, _superseded.Count - kept);
    }

    private void TakeSuperseded(EntryId committed, List<PendingWrite> lost, out PendingWrite? found)
    {
        found = null;
        for (int i = _superseded.Count - 1; i >= 0; i--)
        {
            PendingWrite write = _superseded[i];
            if (write.Entry.Index != committed.Index)
            {
                continue;
            }

            _superseded.RemoveAt(i);
            if (write.Entry == committed)
            {
                found = write;
            }
            else
            {
                lost.Add(write);
            }
        }
    }
}
