using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A Raft group. Zero is the system group; group n replicates partition n - 1.</summary>
public readonly record struct GroupId(uint Value) : IComparable<GroupId>
{
    /// <inheritdoc/>
    public int CompareTo(GroupId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(GroupId left, GroupId right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(GroupId left, GroupId right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(GroupId left, GroupId right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(GroupId left, GroupId right) => left.Value >= right.Value;

    /// <summary>The group that replicates what the cluster knows of itself.</summary>
    public static GroupId System => default;

    /// <summary>Whether this is the system group, which has no partition.</summary>
    public bool IsSystem => Value == 0;

    /// <summary>The partition that this group replicates. The system group has none.</summary>
    public PartitionId Partition
    {
        get
        {
            Invariant.Require(Value > 0, "the system group has no partition");
            return new(Value - 1);
        }
    }
}
