using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// An inner node of the <see cref="OrderedTree{TOrder}"/>: children, and before each but the first a separator with its head. A child holds
/// the keys from its separator to the next one.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TreeInner
{
    /// <summary>
    /// A node of so many children is split before another is added. It is one below what fits, so that a node left with a single
    /// child can always be merged into its neighbour.
    /// </summary>
    public const int SplitAt = Capacity - 1;

    /// <summary>A node with fewer children looks for a neighbour to merge with.</summary>
    public const int MergeBelow = Capacity / 4;

    /// <summary>Nodes merge when they have so many children together, at most, so that they aren't split again at once.</summary>
    public const int MergedAtMost = Capacity * 3 / 4;

    private const int Capacity = 61;

    public TreeNode Node;
    private fixed uint _heads[Capacity];
    private fixed ulong _separators[Capacity];
    private fixed ulong _children[Capacity];

    public static TreeInner* Create(SlabHeap heap, int level)
    {
        var inner = (TreeInner*)heap.Allocate(sizeof(TreeInner));
        inner->Node = new TreeNode { Level = (ushort)level };
        return inner;
    }

    public static void Free(SlabHeap heap, TreeInner* inner) => heap.Free((byte*)inner, large: false);

    public readonly TreeNode* ChildAt(int index) => (TreeNode*)_children[index];

    /// <summary>The separator before a child; null before the first and after the last, where the parent's count.</summary>
    public readonly Separator* SeparatorAt(int index) => index == 0 || index >= Node.Count ? null : (Separator*)_separators[index];

    public readonly Fences FencesOf(int index, Fences own) => own.Narrow(SeparatorAt(index), SeparatorAt(index + 1));

    /// <summary>The index of the child that a key belongs to.</summary>
    public int IndexOf(ReadOnlySpan<byte> key)
    {
        uint head = KeyHead.Of(key, Node.Skip);
        int low = 1;
        int high = Node.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int order = _heads[middle].CompareTo(head);
            if (order == 0)
            {
                order = Separator.KeyOf(SeparatorAt(middle)).SequenceCompareTo(key);
            }

            if (order <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>Adds a child at an index, with the separator before it, which is null for the first child alone.</summary>
    public void Insert(int index, Separator* separator, TreeNode* child)
    {
        Invariant.Require(Node.Count < Capacity, "a child is inserted where there is room");
        int after = Node.Count - index;
        Heads(index, after).CopyTo(Heads(index + 1, after));
        Separators(index, after).CopyTo(Separators(index + 1, after));
        Children(index, after).CopyTo(Children(index + 1, after));
        _heads[index] = separator == null ? 0 : KeyHead.Of(Separator.KeyOf(separator), Node.Skip);
        _separators[index] = (ulong)separator;
        _children[index] = (ulong)child;
        Node.Count++;
    }

    /// <summary>Removes a child and the separator before it, which the caller frees.</summary>
    public void RemoveAt(int index)
    {
        int after = Node.Count - index - 1;
        Heads(index + 1, after).CopyTo(Heads(index, after));
        Separators(index + 1, after).CopyTo(Separators(index, after));
        Children(index + 1, after).CopyTo(Children(index, after));
        Node.Count--;
    }

    /// <summary>
    /// Moves the children from <paramref name="index"/> on to the end of another node. Returns the separator that was before the
    /// first of them and becomes the caller's; <paramref name="before"/> takes its place.
    /// </summary>
    public Separator* MoveTo(int index, TreeInner* other, Separator* before)
    {
        Separator* first = SeparatorAt(index);
        int count = Node.Count - index;
        int at = other->Node.Count;
        Separators(index, count).CopyTo(other->Separators(at, count));
        Children(index, count).CopyTo(other->Children(at, count));
        other->_separators[at] = (ulong)before;
        other->Node.Count += (ushort)count;
        other->SetHeads(at, count);
        Node.Count = (ushort)index;
        return first;
    }

    /// <summary>Changes how much of the keys is skipped.</summary>
    public void Reskip(int skip)
    {
        if (skip != Node.Skip)
        {
            Node.Skip = (ushort)skip;
            SetHeads(0, Node.Count);
        }
    }

    private void SetHeads(int start, int count)
    {
        for (int i = start; i < start + count; i++)
        {
            Separator* separator = SeparatorAt(i);
            _heads[i] = separator == null ? 0 : KeyHead.Of(Separator.KeyOf(separator), Node.Skip);
        }
    }

    // Nodes lie in native memory, so their parts stay where they are.
    private Span<uint> Heads(int start, int count) => MemoryMarshal.CreateSpan(ref _heads[start], count);

    private Span<ulong> Separators(int start, int count) => MemoryMarshal.CreateSpan(ref _separators[start], count);

    private Span<ulong> Children(int start, int count) => MemoryMarshal.CreateSpan(ref _children[start], count);
}
