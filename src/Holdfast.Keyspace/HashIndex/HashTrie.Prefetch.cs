namespace Holdfast.Keyspace;

/// <content>Fetching what look-ups are about to read.</content>
internal sealed unsafe partial class HashTrie
{
    // Of a longer record the processor notices by itself that it is read from front to back.
    private const int MaxFetchedBytes = 512;

    /// <summary>
    /// Has the nodes, buckets and records fetched that looking these keys up will read. One look-up waits for each of them in turn; here
    /// all keys take a step before any takes the next, so that their waits overlap. Changes nothing. Returns how many records there were.
    /// </summary>
    public int Prefetch(ReadOnlySpan<KeyPlace> places)
    {
        HashChild* leaves = stackalloc HashChild[places.Length];
        FetchLeaves(places, leaves);
        byte** records = stackalloc byte*[places.Length];
        int found = 0;
        for (int i = 0; i < places.Length; i++)
        {
            Record record = leaves[i].IsNone ? Record.None : leaves[i].Bucket->FirstWith(places[i].Tag);
            if (!record.IsNone)
            {
                CacheLine.Fetch(record.Address);
                records[found++] = record.Address;
            }
        }

        for (int i = 0; i < found; i++)
        {
            int size = Math.Min(new Record(records[i]).Size, MaxFetchedBytes);
            for (int offset = CacheLine.Size; offset < size; offset += CacheLine.Size)
            {
                CacheLine.Fetch(records[i] + offset);
            }
        }

        return found;
    }

    private void FetchLeaves(ReadOnlySpan<KeyPlace> places, HashChild* reached)
    {
        new Span<HashChild>(reached, places.Length).Fill(_root);
        bool isDeeper = _root.IsNode;
        for (int shift = HashNode.FirstShift; isDeeper; shift -= HashNode.Bits)
        {
            isDeeper = false;
            for (int i = 0; i < places.Length; i++)
            {
                if (reached[i].IsNode)
                {
                    HashChild child = *reached[i].Node->ChildAt(places[i].Order, shift);
                    Fetch(child, places[i].Order, shift - HashNode.Bits);
                    isDeeper |= child.IsNode;
                    reached[i] = child;
                }
            }
        }
    }

    private static void Fetch(HashChild child, ulong order, int shift)
    {
        if (child.IsNode)
        {
            CacheLine.Fetch(child.Node->ChildAt(order, shift));
        }
        else if (!child.IsNone)
        {
            // Two lines: buckets hold eight keys and fewer for the most part.
            CacheLine.Fetch(child.Bucket);
            CacheLine.Fetch((byte*)child.Bucket + CacheLine.Size);
        }
    }
}
