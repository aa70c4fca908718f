using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Taking back what a failed batch added.</content>
internal sealed unsafe partial class ChangeHistory
{
    /// <summary>Where the history ends now.</summary>
    public HistoryMark Mark() => new(_blocks.End, Last, Count, Bytes, _added);

    /// <summary>Drops all that was added since a mark; nothing was let go since. Chains that leant on other records then do so still.</summary>
    public void CutBack(in HistoryMark mark)
    {
        long end = _blocks.End;
        for (long position = _blocks.Settle(mark.End); position < end;)
        {
            Change change = _blocks.At(position);
            Invariant.Require(change.Revision > mark.Last, "changes that share a revision are taken back together");
            position = _blocks.After(position, change.Size);
            if (change.IsLong)
            {
                Unlink(change, mark.Last);
            }
        }

        _blocks.CutBack(mark.End);
        (Last, Count, Bytes, _added) = (mark.Last, mark.Count, mark.Bytes, mark.Added);
    }

    private void Unlink(Change change, Revision last)
    {
        ValueChain* chain = change.Chained.Chain;
        if (change.Chained.BaseRevision <= last.Value)
        {
            // The first of those that go: the chain is as it was before it.
            (chain->Last, chain->Length) = (new Revision(change.Chained.BaseRevision), change.Chained.BaseLength);
        }

        chain->Kept--;
        Drop(chain);
    }
}

/// <summary>A place in a history to go back to.</summary>
internal readonly record struct HistoryMark(long End, Revision Last, long Count, long Bytes, int Added);
