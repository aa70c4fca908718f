using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// A key's place in the order of iteration: its slot in the top 14 bits, then the top 50 bits of its hash. The first 53 bits are
/// the scan cursor.
/// </summary>
internal readonly struct KeyPlace(Slot slot, ulong hash)
{
    private const int SlotShift = 50;

    /// <summary>The bits of a place that are not in the cursor.</summary>
    public const int CursorShift = SlotShift - ScanCursor.HashBits;

    public ulong Hash => hash;

    public ulong Order => StartOf(slot) | (hash >> (64 - SlotShift));

    /// <summary>Bits of the hash that say nothing of the place: keys in one place differ in them.</summary>
    public ushort Tag => (ushort)hash;

    public static ulong StartOf(Slot slot) => (ulong)slot.Value << SlotShift;

    public static KeyPlace Of(SipHash13 hasher, Slot slot, ReadOnlySpan<byte> key) => new(slot, hasher.Hash(key));

    public static KeyPlace Of(SipHash13 hasher, Record record) => new(record.Slot, hasher.Hash(record.Key));
}

/// <summary>A record with its place; records of one place are in the order of their keys.</summary>
internal readonly struct PlacedRecord(ulong order, Record record)
{
    public ulong Order => order;

    public Record Record => record;

    public static int Compare(PlacedRecord left, PlacedRecord right)
    {
        int byOrder = left.Order.CompareTo(right.Order);
        return byOrder != 0 ? byOrder : left.Record.Key.SequenceCompareTo(right.Record.Key);
    }
}
