namespace Holdfast.Keyspace;

/// <summary>
/// The stored form of a session's small results of 64 numbers that follow each other, in the order in which they came, so that a write
/// changes no more than the end; frozen by golden tests since snapshots hold it.
/// <code>
/// block   entry...
/// entry   place in the block u8, length u8, result
/// </code>
/// A length of 0 says that the result is a record of its own. No place is there twice.
/// </summary>
internal static class ResultBlock
{
    public const int Numbers = 64;
    public const int EntryHeadSize = 2;

    /// <summary>The longest result in a block: most have a revision, a length and flags alone.</summary>
    public const int MaxResultSize = 64;

    public static ulong FirstOf(ulong sequence) => sequence & ~(ulong)(Numbers - 1);

    public static ulong LastOf(ulong sequence) => sequence | (Numbers - 1);

    public static byte PlaceOf(ulong sequence) => (byte)(sequence & (Numbers - 1));

    /// <summary>Finds the entry of a number in its block; the result is empty when it is a record of its own.</summary>
    public static bool TryFind(ReadOnlySpan<byte> block, ulong sequence, out ReadOnlySpan<byte> result)
    {
        byte place = PlaceOf(sequence);
        for (int at = 0; at < block.Length; at += EntryHeadSize + block[at + 1])
        {
            if (block[at] == place)
            {
                result = block.Slice(at + EntryHeadSize, block[at + 1]);
                return true;
            }
        }

        result = default;
        return false;
    }

    public static bool IsWellFormed(ReadOnlySpan<byte> block)
    {
        ulong places = 0;
        for (int at = 0; at < block.Length; at += EntryHeadSize + block[at + 1])
        {
            if (block.Length - at < EntryHeadSize || block[at] >= Numbers || ((places >> block[at]) & 1) != 0)
            {
                return false;
            }

            places |= 1UL << block[at];
            int length = block[at + 1];
            ApplyResult result = default;
            if (length > Math.Min(MaxResultSize, block.Length - at - EntryHeadSize)
                || (length > 0 && !KeptResult.TryRead(block.Slice(at + EntryHeadSize, length), ref result, out _)))
            {
                return false;
            }
        }

        return places != 0;
    }
}
