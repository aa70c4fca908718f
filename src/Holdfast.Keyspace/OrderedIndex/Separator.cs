using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>
/// A key between two neighbouring subtrees, shortened to the bytes that tell them apart. The tree's own copy: records come and go
/// without the inner nodes noticing.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = HeadSize)]
internal unsafe struct Separator
{
    private const int HeadSize = 2;

    private ushort _length;

    /// <summary>The shortest key above <paramref name="left"/> and not above <paramref name="right"/>.</summary>
    public static Separator* Between(SlabHeap heap, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        ReadOnlySpan<byte> key = right[..(left.CommonPrefixLength(right) + 1)];
        var separator = (Separator*)heap.Allocate(HeadSize + key.Length);
        separator->_length = (ushort)key.Length;
        key.CopyTo(new Span<byte>((byte*)separator + HeadSize, key.Length));
        return separator;
    }

    public static void Free(SlabHeap heap, Separator* separator) =>
        heap.Free((byte*)separator, SlabHeap.IsLarge(HeadSize + separator->_length));

    public static ReadOnlySpan<byte> KeyOf(Separator* separator) => new((byte*)separator + HeadSize, separator->_length);
}

/// <summary>
/// The keys that a node's keys lie between: the low one included, the high one not, null for none. All keys between share the
/// fences' common prefix, so a node's heads begin after it.
/// </summary>
internal readonly unsafe struct Fences(Separator* low, Separator* high)
{
    public int CommonPrefix => low == null || high == null ? 0 : Separator.KeyOf(low).CommonPrefixLength(Separator.KeyOf(high));

    /// <summary>The fences of a child that has fences of its own where they are not null.</summary>
    public Fences Narrow(Separator* childLow, Separator* childHigh) =>
        new(childLow == null ? low : childLow, childHigh == null ? high : childHigh);
}
