namespace Holdfast.Keyspace;

/// <content>Walking in order.</content>
internal sealed unsafe partial class HashTrie
{
    /// <summary>Reads the first bucket that has a record at or after <paramref name="from"/>; false when there is none.</summary>
    public bool TryRead(ulong from, HashRun run) => TryRead(_root, HashNode.FirstShift + HashNode.Bits, 0, from, run);

    // The child covers the orders that equal first in all bits but the lowest `bits`.
    private bool TryRead(HashChild child, int bits, ulong first, ulong from, HashRun run)
    {
        ulong last = bits >= 64 ? ulong.MaxValue : first + ((1UL << bits) - 1);
        if (child.IsNone || last < from)
        {
            return false;
        }

        if (!child.IsNode)
        {
            return TryReadBucket(child.Bucket, last, from, run);
        }

        int shift = bits - HashNode.Bits;
        int used = 1 << Math.Min(HashNode.Bits, 64 - shift);
        for (int i = from <= first ? 0 : (int)((from - first) >> shift); i < used; i++)
        {
            if (TryRead(*child.Node->Child(i), shift, first + ((ulong)i << shift), from, run))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryReadBucket(HashBucket* bucket, ulong last, ulong from, HashRun run)
    {
        run.Begin(last);
        for (int i = 0; i < bucket->Count; i++)
        {
            Record record = HashBucket.RecordOf(bucket->Entries[i]);
            ulong order = KeyPlace.Of(hasher, record).Order;
            if (order >= from)
            {
                run.Add(new PlacedRecord(order, record));
            }
        }

        return run.End();
    }
}
