using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Finds records by slot and key, and walks them in the order of (slot, hash). A burst trie over that order: inner nodes take 4
/// bits each from the top, leaves are small unsorted buckets. So the order never depends on how large the trie is, growth splits
/// one bucket at a time however many keys a slot holds, and a slot with few keys costs little.
/// </summary>
internal sealed unsafe partial class HashTrie(SlabHeap heap, SipHash13 hasher)
{
    // A node is merged into a bucket when its keys fit well into one, with some distance so that it isn't split again at once.
    private const int MergeAt = HashBucket.SplitAt / 3;

    private HashChild _root;

    /// <summary>The record of a key, or none.</summary>
    public Record Find(KeyPlace place, Slot slot, ReadOnlySpan<byte> key)
    {
        HashChild child = BucketOf(place);
        ulong* entry = child.IsNone ? null : child.Bucket->Find(place.Tag, slot, key);
        return entry == null ? Record.None : HashBucket.RecordOf(*entry);
    }

    /// <summary>The entry of a record that is in the index, good until the next change.</summary>
    public HashLink LinkOf(KeyPlace place, Record record)
    {
        HashChild child = BucketOf(place);
        ulong* entry = child.IsNone ? null : child.Bucket->Find(record);
        Invariant.Require(entry != null, "a record that changes is in the hash index");
        return new HashLink(entry);
    }

    /// <summary>Adds a record whose key is not in the index.</summary>
    public void Insert(KeyPlace place, Record record)
    {
        ulong order = place.Order;
        int shift = HashNode.FirstShift;
        fixed (HashChild* root = &_root)
        {
            HashChild* at = root;
            while (true)
            {
                at = DescendCounting(at, order, ref shift);
                if (at->IsNone)
                {
                    at->Bucket = HashBucket.Create(heap, 1);
                }

                HashBucket* bucket = at->Bucket;
                if (bucket->Count < HashBucket.SplitAt || shift < HashNode.LastShift)
                {
                    at->Bucket = bucket = HashBucket.WithRoom(heap, bucket);
                    bucket->Add(HashBucket.EntryOf(record, place.Tag));
                    return;
                }

                Split(at, shift);
            }
        }
    }

    /// <summary>Removes a record that is in the index.</summary>
    public void Remove(KeyPlace place, Record record)
    {
        ulong order = place.Order;
        int shift = HashNode.FirstShift;
        fixed (HashChild* root = &_root)
        {
            HashChild* at = root;
            while (at->IsNode)
            {
                HashNode* node = at->Node;
                node->Keys--;
                if (node->Keys <= MergeAt)
                {
                    Merge(at);
                    break;
                }

                at = node->ChildAt(order, shift);
                shift -= HashNode.Bits;
            }

            Invariant.Require(!at->IsNone && at->Bucket->Remove(record), "a removed record is in the hash index");
            at->Bucket = HashBucket.Fitted(heap, at->Bucket);
        }
    }

    /// <summary>The number of records of a slot: constant time.</summary>
    public long CountInSlot(Slot slot)
    {
        int shift = HashNode.FirstShift;
        ulong order = KeyPlace.StartOf(slot);
        HashChild child = _root;
        while (child.IsNode && shift >= HashNode.LastShiftOfSlot)
        {
            child = *child.Node->ChildAt(order, shift);
            shift -= HashNode.Bits;
        }

        if (child.IsNode)
        {
            return child.Node->Keys;
        }

        long count = 0;
        for (int i = 0; !child.IsNone && i < child.Bucket->Count; i++)
        {
            count += HashBucket.RecordOf(child.Bucket->Entries[i]).Slot == slot ? 1 : 0;
        }

        return count;
    }

    private static HashChild* DescendCounting(HashChild* at, ulong order, ref int shift)
    {
        while (at->IsNode)
        {
            HashNode* node = at->Node;
            node->Keys++;
            at = node->ChildAt(order, shift);
            shift -= HashNode.Bits;
        }

        return at;
    }

    private HashChild BucketOf(KeyPlace place)
    {
        ulong order = place.Order;
        int shift = HashNode.FirstShift;
        HashChild child = _root;
        while (child.IsNode)
        {
            child = *child.Node->ChildAt(order, shift);
            shift -= HashNode.Bits;
        }

        return child;
    }

    // Replaces a bucket by a node with a bucket for each of the next 4 bits.
    private void Split(HashChild* at, int shift)
    {
        HashBucket* bucket = at->Bucket;
        HashNode* node = HashNode.Create(heap);
        for (int i = 0; i < bucket->Count; i++)
        {
            ulong entry = bucket->Entries[i];
            HashChild* child = node->ChildAt(KeyPlace.Of(hasher, HashBucket.RecordOf(entry)).Order, shift);
            child->Bucket = child->IsNone ? HashBucket.Create(heap, 1) : HashBucket.WithRoom(heap, child->Bucket);
            child->Bucket->Add(entry);
        }

        node->Keys = bucket->Count;
        HashBucket.Free(heap, bucket);
        at->Node = node;
    }

    // Replaces a node by one bucket.
    private void Merge(HashChild* at)
    {
        HashBucket* merged = HashBucket.Create(heap, (int)at->Node->Keys + 1);
        MoveEntries(*at, merged);
        at->Bucket = merged;
    }

    // The recursion goes as deep as nodes have few keys: a node beneath one with few keys has few as well.
    private void MoveEntries(HashChild from, HashBucket* to)
    {
        if (from.IsNode)
        {
            for (int i = 0; i < HashNode.Children; i++)
            {
                MoveEntries(*from.Node->Child(i), to);
            }

            HashNode.Free(heap, from.Node);
        }
        else if (!from.IsNone)
        {
            for (int i = 0; i < from.Bucket->Count; i++)
            {
                to->Add(from.Bucket->Entries[i]);
            }

            HashBucket.Free(heap, from.Bucket);
        }
    }
}
