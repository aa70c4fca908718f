using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>The slots of a partition, both ends included.</summary>
public readonly record struct SlotRange(Slot First, Slot Last);

/// <summary>
/// How the slots are cut into partitions: contiguous ranges in order, whose sizes differ by one at most. A function of the number
/// of partitions alone, fixed for the life of a cluster.
/// </summary>
public sealed class SlotRanges
{
    /// <summary>The most partitions a cluster can have.</summary>
    public const int MaxPartitions = 1024;

    /// <summary>The cut into <paramref name="partitions"/>: 1..1024.</summary>
    public SlotRanges(int partitions) => Partitions = partitions;

    /// <summary>The number of partitions.</summary>
    public int Partitions { get; }

    /// <summary>The partition that a slot is in: constant time.</summary>
    public PartitionId PartitionOf(Slot slot) => throw new NotSupportedException();

    /// <summary>The slots of a partition.</summary>
    public SlotRange RangeOf(PartitionId partition) => throw new NotSupportedException();
}
