using Holdfast.Api;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;

namespace Holdfast.Runtime;

/// <summary>The engine's own routing table, for front ends on its thread.</summary>
internal sealed class LiveRoutes(NodeId self, RoutingTable table) : IRouteMap
{
    /// <inheritdoc/>
    public NodeId Self => self;

    private SlotRanges Ranges => table.Ranges ?? throw Invariant.Unreachable("routes are asked for once the partitions are known");

    /// <inheritdoc/>
    public int SlotOf(ReadOnlySpan<byte> key) => SlotHash.Of(key, table.PartitionBy).Value;

    /// <inheritdoc/>
    public PartitionId PartitionOf(int slot) => Ranges.PartitionOf(new Slot((ushort)slot));

    /// <inheritdoc/>
    public NodeId? LeaderOf(PartitionId partition) => table.LeaderOf(partition);

    /// <inheritdoc/>
    public bool HasReplica(PartitionId partition) => table.LocalReplica(partition) is not null;
}
