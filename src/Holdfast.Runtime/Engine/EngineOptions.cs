using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime;

/// <summary>What a node is started with. Immutable.</summary>
public sealed record EngineOptions
{
    /// <summary>The length of a tick in µs: what <see cref="RaftOptions"/> counts in.</summary>
    public const long TickMicros = RaftOptions.TickMicros;

    /// <summary>This node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>The address that peers reach this node at, <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The other nodes of a cluster that is to be formed. Once it is, the data directory knows better.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The number of partitions of a new cluster.</summary>
    public int Partitions { get; init; } = 16;

    /// <summary>The number of replicas of a partition of a new cluster.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>What decides a key's slot in a new cluster.</summary>
    public PartitionBy PartitionBy { get; init; } = PartitionBy.Key;

    /// <summary>The longest value, in bytes.</summary>
    public int MaxValueBytes { get; init; } = Limits.DefaultMaxValueBytes;

    /// <summary>The most memory that keyspaces may take before writes are refused, in bytes; zero is no bound.</summary>
    public long MaxMemoryBytes { get; init; }

    /// <summary>How much of its changes each partition keeps for watches, in bytes; the oldest go first.</summary>
    public long MaxHistoryBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>The most bytes of the histories of all partitions: where there are many, each keeps its share, if that is less.</summary>
    public long MaxHistoryBytesOfAll { get; init; } = long.MaxValue;

    /// <summary>What a partition's share is at least, in bytes.</summary>
    public long MinHistoryBytes { get; init; }

    /// <summary>How long a partition keeps a change for watches, in ms of its own time.</summary>
    public ulong HistoryMs { get; init; } = 600_000;

    /// <summary>
    /// Whether leaders here answer reads by their lease instead of a round of messages. Trusts the clocks of all nodes, as far as
    /// <see cref="MaxClockDrift"/>, and all of them to have <see cref="RaftOptions.KeepsLeases"/>.
    /// </summary>
    public bool ReadsByLease { get; init; }

    /// <summary>By how much any node's monotonic clock may run faster than any other's, as a share, 0 to 0.5. Leases are shorter by it.</summary>
    public double MaxClockDrift { get; init; } = 0.05;

    /// <summary>How consensus behaves. Each group's log in memory is also bounded by its share of <see cref="MaxLogBytes"/>.</summary>
    public RaftOptions Raft { get; init; } = new();

    /// <summary>How much memory the logs of all groups may keep for followers that are behind, in bytes.</summary>
    public long MaxLogBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How much a group's log grows, in bytes, before a snapshot is taken, unless its state is larger.</summary>
    public long SnapshotLogBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// How long the log waits at most, in µs, for company before it syncs, while many write; never more than half a sync. Zero is not
    /// at all.
    /// </summary>
    public long MaxCommitDelayMicros { get; init; } = 300;

    /// <summary>The most requests that may wait for an answer at once.</summary>
    public int MaxPendingRequests { get; init; } = 200_000;

    /// <summary>
    /// How many bytes of requests may wait until a leader is known or has room; what would have to wait beyond is refused. It is exceeded by one
    /// request a partition at most (docs/adr/0016).
    /// </summary>
    public long MaxHeldBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>
    /// Whether this node forwards writes in sessions of its own, so that it can send them again: without, the outcome of those in flight is
    /// unknown when the connection to their leader breaks.
    /// </summary>
    public bool ForwardsInSessions { get; init; } = true;

    /// <summary>The program's version, for status.</summary>
    public string Version { get; init; } = "0.0.0";

    /// <summary>How keyspaces behave, but for what the cluster decides: their seed and limits.</summary>
    internal KeyspaceOptions Keyspace { get; init; } = new() { HashSeed = 0 };

    /// <summary>What the states of all partitions are built with.</summary>
    internal KeyspaceOptions KeyspaceOptions(ClusterMap map, int maxValueBytes) => Keyspace with
    {
        HashSeed = map.HashSeed,
        MaxValueBytes = maxValueBytes,
        MaxHistoryBytes = Math.Min(MaxHistoryBytes, Math.Max(MinHistoryBytes, MaxHistoryBytesOfAll / map.Partitions.Count)),
        HistoryMs = HistoryMs,
    };

    /// <summary>Plants a bug for the simulator's checkers to find: a read takes a key to be gone by this node's own clock.</summary>
    internal bool ReadsByOwnClock { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: what comes with a snapshot is not told to watches.</summary>
    internal bool SkipsChangesOfSnapshots { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: a watch that waits is told of the last change alone.</summary>
    internal bool TellsLastChangeAlone { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: a leader stamps with what its own clock says.</summary>
    internal bool StampsByOwnClock { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: a leader does not know the tokens that an earlier one took.</summary>
    internal bool ForgetsTokensOfOthers { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: what a session sends again is carried out again.</summary>
    internal bool ForgetsSessions { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: operations of a batch are entries of their own.</summary>
    internal bool SplitsBatches { get; init; }

    /// <summary>Added to the engine's time in ms, this gives Unix time: for status alone.</summary>
    public long UnixOffsetMs { get; init; }
}
