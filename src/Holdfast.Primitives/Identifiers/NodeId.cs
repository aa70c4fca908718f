using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A node: one process with one data directory. Zero is a valid id, never "none".</summary>
public readonly record struct NodeId(uint Value) : IComparable<NodeId>
{
    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
