using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>The slots of a partition, both ends included.</summary>
public readonly record struct SlotRange(Slot First, Slot Last);

/// <summary>
/// How the slots are cut into partitions: contiguous ranges in order, whose sizes differ by one at most. A function of the number
/// of partitions alone, fixed for the life of a cluster. Immutable.
/// </summary>
public sealed class SlotRanges
{
    /// <summary>The most partitions a cluster can have.</summary>
    public const int MaxPartitions = 1024;

    /// <summary>The cut into <paramref name="partitions"/>: 1..1024.</summary>
    public SlotRanges(int partitions)
    {
        Invariant.Require(partitions is >= 1 and <= MaxPartitions, "a cluster has 1..1024 partitions");
        Partitions = partitions;
    }

    /// <summary>The number of partitions.</summary>
    public int Partitions { get; }

    /// <summary>The partition that a slot is in: constant time.</summary>
    public PartitionId PartitionOf(Slot slot) => new((uint)((((slot.Value + 1) * Partitions) - 1) / Slot.Count));

    /// <summary>The slots of a partition.</summary>
    public SlotRange RangeOf(PartitionId partition)
    {
        Invariant.Require(partition.Value < Partitions, $"partition {partition} is one of {Partitions}");
        return new(new Slot(FirstOf(partition.Value)), new Slot((ushort)(FirstOf(partition.Value + 1) - 1)));
    }

    private ushort FirstOf(uint partition) => (ushort)(partition * Slot.Count / Partitions);
}
