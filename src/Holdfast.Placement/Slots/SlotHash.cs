using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>Which part of a key decides its slot. Fixed when a cluster is created.</summary>
public enum PartitionBy : byte
{
    /// <summary>The hash tag when there is one, else the whole key.</summary>
    Key = 0,

    /// <summary>The hash tag when there is one, else what is before the first <c>/</c>, else the whole key.</summary>
    FirstLevel = 1,
}

/// <summary>
/// From a key to its slot, as Redis Cluster does it: CRC-16/XMODEM of the partition key, modulo 16384. Data lies where this says,
/// so it never changes.
/// </summary>
public static class SlotHash
{
    /// <summary>The slot of a key.</summary>
    public static Slot Of(ReadOnlySpan<byte> key, PartitionBy by = PartitionBy.Key) => throw new NotSupportedException();

    /// <summary>The part of a key that is hashed.</summary>
    public static ReadOnlySpan<byte> PartitionKey(ReadOnlySpan<byte> key, PartitionBy by = PartitionBy.Key) => throw new NotSupportedException();
}
