namespace Holdfast.Client;

/// <summary>What <c>GET /v1/cluster</c> says. States are the words of the HTTP API, so that a newer node's words survive.</summary>
public sealed record ClusterInfo
{
    /// <summary>The cluster's id; null until formed.</summary>
    public string? Id { get; init; }

    /// <summary>Grows when a restore begins a new history.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The version of the program that answered.</summary>
    public string? Version { get; init; }

    /// <summary>The number of partitions; zero until the node knows its cluster.</summary>
    public int Partitions { get; init; }

    /// <summary>The number of replicas of a partition.</summary>
    public int Replicas { get; init; }

    /// <summary>How keys map to slots: <c>key</c> or <c>first-level</c>.</summary>
    public string? PartitionBy { get; init; }

    /// <summary><c>ok</c>, <c>degraded</c> or <c>unavailable</c>.</summary>
    public string? Health { get; init; }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ProblemInfo> Problems { get; init; } = [];

    /// <summary>The system group, when known.</summary>
    public SystemInfo? System { get; init; }
}

/// <summary>Something that is wrong, and what to do.</summary>
/// <param name="Code">A stable name.</param>
/// <param name="Since">When it began.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Do">What to do about it.</param>
public sealed record ProblemInfo(string Code, DateTimeOffset? Since, string What, string? Do);

/// <summary>The system group.</summary>
/// <param name="Leader">The node that leads it, when known.</param>
/// <param name="Term">Its term.</param>
/// <param name="Voters">The nodes that vote in it.</param>
public sealed record SystemInfo(uint? Leader, ulong Term, IReadOnlyList<uint> Voters);

/// <summary>The nodes, as <c>GET /v1/cluster/nodes</c> wraps them.</summary>
/// <param name="Nodes">The nodes.</param>
internal sealed record NodeList(IReadOnlyList<NodeInfo> Nodes);

/// <summary>A node.</summary>
public sealed record NodeInfo
{
    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>Where it is reached.</summary>
    public required string Address { get; init; }

    /// <summary><c>up</c>, <c>down</c>, <c>joining</c>, <c>draining</c> or <c>removed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its zone, when it has one.</summary>
    public string? Zone { get; init; }

    /// <summary>Its weight in placement.</summary>
    public double Weight { get; init; }

    /// <summary>The version of its program, when known.</summary>
    public string? Version { get; init; }

    /// <summary>How many partitions it leads.</summary>
    public int Leaders { get; init; }

    /// <summary>How many partitions it holds a replica of.</summary>
    public int Replicas { get; init; }

    /// <summary>The memory of its keyspaces in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Its disk, when known.</summary>
    public DiskInfo? Disk { get; init; }

    /// <summary>How long ago it was heard from, in ms; null when never.</summary>
    public long? LastSeenMs { get; init; }
}

/// <summary>A node's disk.</summary>
/// <param name="State"><c>ok</c>, <c>slow</c>, <c>failed</c> or <c>full</c>.</param>
/// <param name="FreeBytes">The bytes free.</param>
/// <param name="FsyncP99Us">The 99th percentile of recent log syncs in µs.</param>
public sealed record DiskInfo(string State, long FreeBytes, long FsyncP99Us);

/// <summary>The partitions, as <c>GET /v1/cluster/partitions</c> wraps them.</summary>
/// <param name="Partitions">The partitions.</param>
internal sealed record PartitionList(IReadOnlyList<PartitionInfo> Partitions);

/// <summary>A partition.</summary>
public sealed record PartitionInfo
{
    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>Its first and last slot.</summary>
    public IReadOnlyList<int> Slots { get; init; } = [];

    /// <summary>The node that leads it; null when unknown.</summary>
    public uint? Leader { get; init; }

    /// <summary>Its group's term.</summary>
    public ulong Term { get; init; }

    /// <summary>Its group's commit index.</summary>
    public ulong Commit { get; init; }

    /// <summary>The number of its keys.</summary>
    public long Keys { get; init; }

    /// <summary>The bytes of its keys and values.</summary>
    public long Bytes { get; init; }

    /// <summary><c>ok</c>, <c>no-leader</c>, <c>under-replicated</c> or <c>moving</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its replicas.</summary>
    public IReadOnlyList<ReplicaInfo> Replicas { get; init; } = [];
}

/// <summary>One replica of a partition.</summary>
/// <param name="Node">The node that holds it.</param>
/// <param name="Role"><c>leader</c>, <c>follower</c>, <c>candidate</c> or <c>learner</c>.</param>
/// <param name="Match">The last index known to be on its disk.</param>
/// <param name="Applied">The last index known to be applied there.</param>
/// <param name="Lag">How many entries it is behind.</param>
/// <param name="State"><c>ok</c>, <c>catching-up</c>, <c>quarantined</c> or <c>down</c>.</param>
public sealed record ReplicaInfo(uint Node, string Role, ulong Match, ulong Applied, ulong Lag, string State);
