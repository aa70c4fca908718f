using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>A reference from a node to what is beneath it: nothing, a node, or a bucket, told by the lowest bit.</summary>
internal unsafe struct HashChild
{
    private const ulong BucketBit = 1;

    private ulong _value;

    public readonly bool IsNone => _value == 0;

    public readonly bool IsNode => _value != 0 && (_value & BucketBit) == 0;

    public HashNode* Node
    {
        readonly get => (HashNode*)_value;
        set => _value = (ulong)value;
    }

    public HashBucket* Bucket
    {
        readonly get => (HashBucket*)(_value & ~BucketBit);
        set => _value = value == null ? 0 : (ulong)value | BucketBit;
    }
}

/// <summary>An inner node of the <see cref="HashTrie"/>: 16 children, and how many keys are beneath them all.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HashNode
{
    public const int Bits = 4;
    public const int Children = 1 << Bits;

    /// <summary>The root takes the top 2 bits, so that the 14 bits of the slot end at the edge of a node.</summary>
    public const int FirstShift = 62;

    /// <summary>The shift at which a node takes the last bits of the slot.</summary>
    public const int LastShiftOfSlot = 50;

    /// <summary>The last shift at which a node splits keys of different cursors only. Buckets beneath are never split.</summary>
    public const int LastShift = 14;

    public long Keys;
    private fixed ulong _children[Children];

    public static HashNode* Create(SlabHeap heap)
    {
        var node = (HashNode*)heap.Allocate(sizeof(HashNode));
        *node = default;
        return node;
    }

    public static void Free(SlabHeap heap, HashNode* node) => heap.Free((byte*)node, large: false);

    /// <summary>The address of a child. Nodes lie in native memory, so it stays.</summary>
    public HashChild* Child(int index)
    {
        fixed (ulong* children = _children)
        {
            return (HashChild*)children + index;
        }
    }

    /// <summary>The child that an order leads to at a shift.</summary>
    public HashChild* ChildAt(ulong order, int shift) => Child((int)(order >> shift) & (Children - 1));
}
