using System.Text.Json.Serialization;

namespace Holdfast.Api;

/// <summary>Where front ends read what a node knows of its cluster. Thread-safe.</summary>
public interface IClusterViewSource
{
    /// <summary>The latest view, at most some 100 ms old. Immutable.</summary>
    ClusterView Current { get; }
}

/// <summary>What a node knows of its cluster at a moment: its own replicas for certain, the rest as last heard.</summary>
public sealed record ClusterView
{
    /// <summary>The cluster's id in lower-case hexadecimal; null until formed.</summary>
    public string? Id { get; init; }

    /// <summary>Grows when a restore begins a new history.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The node that made this view; null until it has an id.</summary>
    public uint? Self { get; init; }

    /// <summary>The number of replicas of a partition.</summary>
    public required int Replicas { get; init; }

    /// <summary>How keys map to slots: <c>key</c> or <c>first-level</c>.</summary>
    public required string PartitionBy { get; init; }

    /// <summary>What the node still waits for before it is ready; null when ready.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>The system group.</summary>
    public required SystemView System { get; init; }

    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<ProblemView> Problems { get; init; }

    /// <summary>The nodes by id.</summary>
    public required IReadOnlyList<NodeView> Nodes { get; init; }

    /// <summary>The partitions by id.</summary>
    public required IReadOnlyList<PartitionView> Partitions { get; init; }

    /// <summary>Whether all is well, some redundancy or partitions are missing, or no partition can be served.</summary>
    public ClusterHealth Health => Partitions.Count == 0 || Partitions.All(p => p.State == PartitionState.NoLeader)
        ? ClusterHealth.Unavailable
        : Problems.Count > 0 || Partitions.Any(p => p.State != PartitionState.Ok) ? ClusterHealth.Degraded : ClusterHealth.Ok;
}

/// <summary>The health of a cluster.</summary>
public enum ClusterHealth
{
    /// <summary>All partitions have a leader and all their replicas.</summary>
    Ok,

    /// <summary>It serves, with less redundancy or not everywhere.</summary>
    Degraded,

    /// <summary>No partition has a leader.</summary>
    Unavailable,
}

/// <summary>The system group as a node knows it.</summary>
/// <param name="Leader">The node that leads it, when known.</param>
/// <param name="Term">Its term.</param>
/// <param name="Voters">The nodes that vote in it.</param>
public sealed record SystemView(uint? Leader, ulong Term, IReadOnlyList<uint> Voters);

/// <summary>Something that is wrong, and what to do.</summary>
/// <param name="Code">A stable name, such as <c>disk-full</c>.</param>
/// <param name="Since">When it began.</param>
/// <param name="What">What is wrong, for a person.</param>
/// <param name="Do">What to do about it.</param>
public sealed record ProblemView(string Code, DateTimeOffset Since, string What, string Do);

/// <summary>Whether a node takes part.</summary>
public enum NodeState
{
    /// <summary>It was heard from lately.</summary>
    Up,

    /// <summary>It was not.</summary>
    Down,

    /// <summary>It is joining.</summary>
    Joining,

    /// <summary>Its replicas are moving away.</summary>
    Draining,

    /// <summary>It left.</summary>
    Removed,
}

/// <summary>The state of a node's disk.</summary>
public enum DiskState
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>Syncs take far longer than on the peers.</summary>
    Slow,

    /// <summary>A write or sync failed; the node takes no part until it is restarted.</summary>
    Failed,

    /// <summary>Writes are refused until there is space.</summary>
    Full,
}

/// <summary>A node's disk.</summary>
/// <param name="State">Its state.</param>
/// <param name="FreeBytes">The bytes free.</param>
/// <param name="FsyncP99Us">The 99th percentile of recent log syncs in µs.</param>
public sealed record DiskView(DiskState State, long FreeBytes, long FsyncP99Us);

/// <summary>A node as last heard of.</summary>
public sealed record NodeView
{
    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>The address that it is reached at.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it takes part.</summary>
    public required NodeState State { get; init; }

    /// <summary>Its zone, when it has one.</summary>
    public string? Zone { get; init; }

    /// <summary>Its weight in placement.</summary>
    public required double Weight { get; init; }

    /// <summary>The version of its program, when heard.</summary>
    public string? Version { get; init; }

    /// <summary>How many groups of partitions it leads.</summary>
    public required int Leaders { get; init; }

    /// <summary>How many partitions it holds a replica of.</summary>
    public required int Replicas { get; init; }

    /// <summary>The memory of its keyspaces.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Its disk.</summary>
    public required DiskView Disk { get; init; }

    /// <summary>How long ago it was heard from, in ms; null when never.</summary>
    public long? LastSeenMs { get; init; }

    /// <summary>
    /// Its port for cluster-aware Redis clients; zero is none; null while it did not say, which leaves the default. CLUSTER tells
    /// it; the nodes of HTTP have the contract's fields alone.
    /// </summary>
    [JsonIgnore]
    public int? RespClusterPort { get; init; }
}

/// <summary>The state of a partition.</summary>
public enum PartitionState
{
    /// <summary>It has a leader, and all its replicas keep up.</summary>
    Ok,

    /// <summary>No leader is known.</summary>
    NoLeader,

    /// <summary>A replica is down or far behind.</summary>
    UnderReplicated,

    /// <summary>A replica is moving.</summary>
    Moving,
}

/// <summary>What a replica is in its group.</summary>
public enum ReplicaRole
{
    /// <summary>It leads.</summary>
    Leader,

    /// <summary>It follows.</summary>
    Follower,

    /// <summary>It stands for election.</summary>
    Candidate,

    /// <summary>It follows without a vote.</summary>
    Learner,
}

/// <summary>How a replica does.</summary>
public enum ReplicaState
{
    /// <summary>It keeps up.</summary>
    Ok,

    /// <summary>It is behind and catching up.</summary>
    CatchingUp,

    /// <summary>It was found damaged and takes no part.</summary>
    Quarantined,

    /// <summary>Its node was not heard from.</summary>
    Down,
}

/// <summary>One replica of a partition.</summary>
/// <param name="Node">The node that holds it.</param>
/// <param name="Role">What it is in its group.</param>
/// <param name="Match">The last index known to be on its disk.</param>
/// <param name="Applied">The last index known to be applied there.</param>
/// <param name="Lag">How many entries it is behind the leader's commit.</param>
/// <param name="State">How it does.</param>
public sealed record ReplicaView(uint Node, ReplicaRole Role, ulong Match, ulong Applied, ulong Lag, ReplicaState State);

/// <summary>A partition as last heard of.</summary>
public sealed record PartitionView
{
    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>Its first slot.</summary>
    public required int FirstSlot { get; init; }

    /// <summary>Its last slot.</summary>
    public required int LastSlot { get; init; }

    /// <summary>The node that leads it, when known.</summary>
    public uint? Leader { get; init; }

    /// <summary>Its group's term.</summary>
    public required ulong Term { get; init; }

    /// <summary>Its group's commit index.</summary>
    public required ulong Commit { get; init; }

    /// <summary>The number of its keys.</summary>
    public required long Keys { get; init; }

    /// <summary>The bytes of its keys and values.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its state.</summary>
    public required PartitionState State { get; init; }

    /// <summary>Its replicas by node.</summary>
    public required IReadOnlyList<ReplicaView> Replicas { get; init; }
}
