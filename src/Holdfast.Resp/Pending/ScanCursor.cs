namespace Holdfast.Resp.Pending;

/// <summary>
/// SCAN's cursors: the slot in the top bits of 53, then a prefix of the hash, as the store makes them. The partition follows
/// from the slot, since slots map to partitions in contiguous ranges.
/// </summary>
internal static class ScanCursor
{
    private const int Slots = 16384;
    private const int HashBits = 39;

    /// <summary>No cursor reaches this number, 2^53.</summary>
    public const long Limit = (long)Slots << HashBits;

    /// <summary>The partition that a cursor stands in.</summary>
    public static int Partition(long cursor, int partitions) => (int)((cursor >> HashBits) * partitions / Slots);

    /// <summary>The cursor at which a partition begins.</summary>
    public static long First(int partition, int partitions)
    {
        long slot = (((long)partition * Slots) + partitions - 1) / partitions;
        return slot << HashBits;
    }
}
