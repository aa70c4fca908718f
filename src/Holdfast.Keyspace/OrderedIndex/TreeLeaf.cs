using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>A leaf of the <see cref="OrderedTree{TOrder}"/>: records in key order with the heads of their keys, and the next leaf.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TreeLeaf
{
    /// <summary>Chosen so that a leaf fills a size class.</summary>
    public const int Capacity = 69;

    /// <summary>A leaf with fewer keys looks for a neighbour to merge with.</summary>
    public const int MergeBelow = Capacity / 4;

    /// <summary>Leaves merge when they have so many keys together, at most, so that they aren't split again at once.</summary>
    public const int MergedAtMost = Capacity * 3 / 4;

    public TreeNode Node;
    public TreeLeaf* Next;
    private fixed uint _heads[Capacity];
    private fixed ulong _records[Capacity];

    public static TreeLeaf* Create(SlabHeap heap)
    {
        var leaf = (TreeLeaf*)heap.Allocate(sizeof(TreeLeaf));
        leaf->Node = default;
        leaf->Next = null;
        return leaf;
    }

    public static void Free(SlabHeap heap, TreeLeaf* leaf) => heap.Free((byte*)leaf, large: false);

    public Record this[int index]
    {
        readonly get => new((byte*)_records[index]);
        set => _records[index] = (ulong)value.Address;
    }

    /// <summary>The index of the first key that is not below <paramref name="key"/>, and whether it is that key.</summary>
    public int LowerBound<TOrder>(ReadOnlySpan<byte> key, out bool found)
        where TOrder : struct, IRecordOrder
    {
        uint head = KeyHead.Of(key, Node.Skip);
        int low = 0;
        int high = Node.Count;
        found = false;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int order = _heads[middle].CompareTo(head);
            if (order == 0)
            {
                order = TOrder.KeyOf(this[middle]).SequenceCompareTo(key);
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
                found |= order == 0;
            }
        }

        return low;
    }

    public void Insert<TOrder>(int index, Record record)
        where TOrder : struct, IRecordOrder
    {
        Invariant.Require(Node.Count < Capacity, "a record is inserted where there is room");
        Heads(index, Node.Count - index).CopyTo(Heads(index + 1, Node.Count - index));
        Addresses(index, Node.Count - index).CopyTo(Addresses(index + 1, Node.Count - index));
        _heads[index] = KeyHead.Of(TOrder.KeyOf(record), Node.Skip);
        this[index] = record;
        Node.Count++;
    }

    public void RemoveAt(int index)
    {
        int after = Node.Count - index - 1;
        Heads(index + 1, after).CopyTo(Heads(index, after));
        Addresses(index + 1, after).CopyTo(Addresses(index, after));
        Node.Count--;
    }

    /// <summary>Moves the records from <paramref name="index"/> on to the end of another leaf.</summary>
    public void MoveTo<TOrder>(int index, TreeLeaf* other)
        where TOrder : struct, IRecordOrder
    {
        int count = Node.Count - index;
        Heads(index, count).CopyTo(other->Heads(other->Node.Count, count));
        Addresses(index, count).CopyTo(other->Addresses(other->Node.Count, count));
        if (other->Node.Skip != Node.Skip)
        {
            other->SetHeads<TOrder>(other->Node.Count, count);
        }

        other->Node.Count += (ushort)count;
        Node.Count = (ushort)index;
    }

    /// <summary>Changes how much of the keys is skipped.</summary>
    public void Reskip<TOrder>(int skip)
        where TOrder : struct, IRecordOrder
    {
        if (skip != Node.Skip)
        {
            Node.Skip = (ushort)skip;
            SetHeads<TOrder>(0, Node.Count);
        }
    }

    private void SetHeads<TOrder>(int start, int count)
        where TOrder : struct, IRecordOrder
    {
        for (int i = start; i < start + count; i++)
        {
            _heads[i] = KeyHead.Of(TOrder.KeyOf(this[i]), Node.Skip);
        }
    }

    // Leaves lie in native memory, so their parts stay where they are.
    private Span<uint> Heads(int start, int count) => MemoryMarshal.CreateSpan(ref _heads[start], count);

    private Span<ulong> Addresses(int start, int count) => MemoryMarshal.CreateSpan(ref _records[start], count);
}
