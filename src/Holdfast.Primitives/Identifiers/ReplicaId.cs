using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>
/// One replica of one group: the node that holds it in the high half, and in the low half its generation, which grows each
/// time that node gets a replica of that group anew. Replica ids are never reused, so a message for a replica that was wiped
/// or removed reaches nobody.
/// </summary>
public readonly record struct ReplicaId(ulong Value) : IComparable<ReplicaId>
{
    /// <summary>The replica that <paramref name="node"/> holds in the given generation, which counts from 0.</summary>
    public ReplicaId(NodeId node, uint generation)
        : this(((ulong)node.Value << 32) | generation)
    {
    }

    /// <summary>The node that holds this replica.</summary>
    public NodeId Node => new((uint)(Value >> 32));

    /// <summary>How often that node got a replica of this group before.</summary>
    public uint Generation => (uint)Value;

    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    /// <summary>The node, and the generation when it is not the first: <c>2</c>, <c>2.1</c>.</summary>
    public override string ToString() => Generation == 0
        ? Node.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Node.Value}.{Generation}");

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(ReplicaId left, ReplicaId right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(ReplicaId left, ReplicaId right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(ReplicaId left, ReplicaId right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(ReplicaId left, ReplicaId right) => left.Value >= right.Value;
}
