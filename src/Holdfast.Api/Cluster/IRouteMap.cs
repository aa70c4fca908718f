using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// Who serves which keys at this moment, as the node knows it: a hint, since leadership may move at any time; what is sent to
/// the gate is brought to the leader in any case. Cheap. Used on the engine's thread alone, but for <see cref="SlotOf"/> and
/// <see cref="PartitionOf"/>, which any thread may ask since they never change; and not before
/// <see cref="IRequestGate.PartitionCount"/> was seen above zero.
/// </summary>
public interface IRouteMap
{
    /// <summary>This node.</summary>
    NodeId Self { get; }

    /// <summary>The slot of a key, 0..16383. Any thread may ask.</summary>
    int SlotOf(ReadOnlySpan<byte> key);

    /// <summary>The partition that a slot, 0..16383, is in. Any thread may ask.</summary>
    PartitionId PartitionOf(int slot);

    /// <summary>The node that leads a partition; null when none is known.</summary>
    NodeId? LeaderOf(PartitionId partition);

    /// <summary>Whether this node has a replica of a partition, which can answer stale reads.</summary>
    bool HasReplica(PartitionId partition);
}
