using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A partition: a contiguous share of the slots, numbered from 0. Its Raft group is its number plus one.</summary>
public readonly record struct PartitionId(uint Value) : IComparable<PartitionId>
{
    /// <inheritdoc/>
    public int CompareTo(PartitionId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(PartitionId left, PartitionId right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(PartitionId left, PartitionId right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(PartitionId left, PartitionId right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(PartitionId left, PartitionId right) => left.Value >= right.Value;

    /// <summary>The Raft group that replicates this partition.</summary>
    public GroupId Group => new(Value + 1);
}
