namespace Holdfast.Keyspace;

/// <summary>
/// The form of a batch's results, little-endian, versioned, frozen by golden tests: it travels to clients. A header, then an item for
/// each operation in order, or for the failed one alone when the batch failed:
/// <code>
/// header  version u8, status u8, 0 u16, failed operation u32 (all ones for none), items u32, revision u64
/// item    status u8, flags u8, [revision u64], [number i64], [length u32], [deadline u64], [payload u32+bytes]
/// </code>
/// What the flags don't announce is not there, and zero. The number is the sum of an increment; else how many keys were removed.
/// </summary>
internal static class BatchResultFormat
{
    public const byte Version = 1;
    public const int HeaderSize = 20;
    public const uint NoneFailed = uint.MaxValue;
}

/// <summary>What an item of a batch's results says and holds. Travels: bits are never changed or reused.</summary>
[Flags]
internal enum BatchItemFlags : byte
{
    None = 0,
    Found = 1,
    Created = 2,
    Changed = 4,
    HasRevision = 8,
    HasNumber = 16,
    HasLength = 32,
    HasDeadline = 64,
    HasPayload = 128,
}
