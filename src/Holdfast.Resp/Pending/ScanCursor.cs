namespace Holdfast.Resp.Pending;

/// <summary>
/// SCAN's cursors: the slot in the top bits of 53, then a prefix of the hash, as the store makes them. The partition follows
/// from the slot, since slots map to partitions in contiguous ranges: partition p of n begins at slot p · 16384 / n, rounded down.
/// </summary>
internal static class ScanCursor
{
    /// <summary>The number of slots.</summary>
    public const int Slots = 16384;

    private const int HashBits = 39;

    /// <summary>No cursor reaches this number, 2^53.</summary>
    public const long Limit = (long)Slots << HashBits;

    /// <summary>The slot that a cursor stands in.</summary>
    public static int Slot(long cursor) => (int)(cursor >> HashBits);

    /// <summary>The cursor at which a slot begins.</summary>
    public static long AtSlot(int slot) => (long)slot << HashBits;

    /// <summary>The partition that a cursor stands in.</summary>
    public static int Partition(long cursor, int partitions) => (int)(((((cursor >> HashBits) + 1) * partitions) - 1) / Slots);

    /// <summary>The cursor at which a partition begins.</summary>
    public static long First(int partition, int partitions) => AtSlot((int)((long)partition * Slots / partitions));
}
