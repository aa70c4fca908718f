using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>How a replica behaves. Immutable. Times are in ticks.</summary>
public sealed record RaftOptions
{
    /// <summary>The length of a tick in µs.</summary>
    public const long TickMicros = 10_000;

    /// <summary>
    /// The shortest election timeout. Whoever heard from a leader within it refuses to elect another, so leases and
    /// undisturbed leaders lean on it: all replicas of a group must have the same.
    /// </summary>
    public int ElectionTicksMin { get; init; } = 30;

    /// <summary>
    /// The longest election timeout. A leader that did not hear from a quorum for so long steps down, and a transfer of
    /// leadership that took so long has failed.
    /// </summary>
    public int ElectionTicksMax { get; init; } = 50;

    /// <summary>How often a leader lets its followers hear from it.</summary>
    public int HeartbeatTicks { get; init; } = 5;

    /// <summary>How much one append carries at most, in bytes; a larger entry goes alone.</summary>
    public int MaxBytesPerAppend { get; init; } = 64 * 1024;

    /// <summary>How many bytes may be on their way to one follower before the leader waits for its answers.</summary>
    public int MaxInflightBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How much a leader may hold back, until the next tick, from followers that no commit needs, in bytes; 0: it sends to all at once.
    /// Then a write costs what a quorum costs, and the others get many in one message (<see cref="PromptPeers"/>).
    /// </summary>
    public int MaxTrailingBytes { get; init; }

    /// <summary>
    /// How much of the log is kept in memory at most, in bytes, for replicas that are behind. What is applied and exceeds it is forgotten,
    /// oldest first.
    /// </summary>
    public long MaxLogBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How much of the log is kept in memory though all replicas hold it, in bytes; less is not worth forgetting.</summary>
    public long MinLogBytes { get; init; } = 512 * 1024;

    /// <summary>How much waits for its commit, in bytes, when proposals are refused; it is exceeded by one at most.</summary>
    public long MaxUncommittedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How much one <see cref="Ready"/> gives to apply at most, in bytes; a larger entry comes alone.</summary>
    public int MaxBytesPerApply { get; init; } = 256 * 1024;

    /// <summary>How much one snapshot chunk carries at most, in bytes.</summary>
    public int SnapshotChunkBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// Whether reads may lean on a lease instead of a round of messages (Ongaro §6.4.1). Trusts all clocks of the group to
    /// drift apart by less than <see cref="LeaseMarginTicks"/> in <see cref="ElectionTicksMin"/>, and all replicas of the group
    /// to keep leases.
    /// </summary>
    public bool LeaseReads { get; init; }

    /// <summary>
    /// Whether a replica that starts anew elects nobody for <see cref="ElectionTicksMin"/>: a leader may hold a lease that leans on what
    /// this replica heard before it stopped. All replicas of a group must, where one has <see cref="LeaseReads"/>, which implies it.
    /// </summary>
    public bool KeepsLeases { get; init; }

    /// <summary>
    /// By how much a lease is shorter than <see cref="ElectionTicksMin"/>. At least 2, besides what clocks may drift: one tick is lost at
    /// each end. More where a replica may hear from a leader before its clock was told that time had passed.
    /// </summary>
    public int LeaseMarginTicks { get; init; } = 5;

    /// <summary>Plants a bug for the simulator's checkers to find: entries of earlier terms are committed by counting (Ongaro figure 3.7).</summary>
    internal bool CommitsOldTermEntries { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: reads are granted without a round.</summary>
    internal bool GrantsReadsWithoutRound { get; init; }

    internal long LeaseMicros => (ElectionTicksMin - LeaseMarginTicks) * TickMicros;

    internal void Validate()
    {
        Invariant.Require(HeartbeatTicks > 0 && HeartbeatTicks < ElectionTicksMin, "a heartbeat comes more often than an election timeout");
        Invariant.Require(ElectionTicksMin <= ElectionTicksMax, "the shortest election timeout is not longer than the longest");
        Invariant.Require(LeaseMarginTicks >= 2 && LeaseMarginTicks < ElectionTicksMin, "a lease ends before an election can begin");
        Invariant.Require(MaxBytesPerAppend > 0 && MaxInflightBytes >= MaxBytesPerAppend, "a window holds at least one append");
        Invariant.Require(MaxTrailingBytes >= 0, "what trails is counted");
        Invariant.Require(MaxLogBytes > 0 && MinLogBytes >= 0 && MaxUncommittedBytes > 0, "the log has room");
        Invariant.Require(MaxBytesPerApply > 0 && SnapshotChunkBytes > 0, "apply and snapshots make progress");
    }
}
