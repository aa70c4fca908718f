using Holdfast.Client;

namespace Holdfast.Server;

/// <summary>How <c>holdfast dev</c> runs a cluster in one process. Ranges are checked by whoever makes it.</summary>
public sealed record DevOptions
{
    /// <summary>The number of nodes, at least 1.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The first node's port; the others take the next ones.</summary>
    public int Port { get; init; } = Endpoint.Default.Port;

    /// <summary>
    /// The first node's port for cluster-aware Redis clients; the others take the next ones. 0 is none; null is each node's port + 10000.
    /// </summary>
    public int? RespClusterPort { get; init; }

    /// <summary>The directory under which each node has one of its own.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The number of partitions, 1 to 1,024; counts when the cluster is created, and never again.</summary>
    public int Partitions { get; init; } = 16;
}
