using Holdfast.Api;

namespace Holdfast.Rest.Cluster;

/// <summary>The answer of <c>GET /v1/cluster</c>.</summary>
internal sealed record ClusterBody(
    string? Id,
    ulong Epoch,
    string Version,
    int Partitions,
    int Replicas,
    string PartitionBy,
    ClusterHealth Health,
    IReadOnlyList<ProblemView> Problems,
    SystemView System);

/// <summary>The answer of <c>GET /v1/cluster/nodes</c>.</summary>
internal sealed record NodesBody(IReadOnlyList<NodeView> Nodes);

/// <summary>The answer of <c>GET /v1/cluster/partitions</c>.</summary>
internal sealed record PartitionsBody(IEnumerable<PartitionBody> Partitions);

/// <summary>One partition of <see cref="PartitionsBody"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slots">Its first and its last slot.</param>
/// <param name="Leader">The node that leads it, when known.</param>
/// <param name="Term">Its group's term.</param>
/// <param name="Commit">Its group's commit index.</param>
/// <param name="Keys">The number of its keys.</param>
/// <param name="Bytes">The bytes of its keys and values.</param>
/// <param name="State">Its state.</param>
/// <param name="Replicas">Its replicas by node.</param>
internal sealed record PartitionBody(
    uint Id,
    int[] Slots,
    uint? Leader,
    ulong Term,
    ulong Commit,
    long Keys,
    long Bytes,
    PartitionState State,
    IReadOnlyList<ReplicaView> Replicas);

/// <summary>The answer of a health check that succeeds.</summary>
internal readonly record struct StatusBody(string Status);
