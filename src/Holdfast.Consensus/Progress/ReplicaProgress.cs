using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>How a leader sends to a follower.</summary>
public enum ProgressState : byte
{
    /// <summary>It does not know where the logs meet: one append at a time.</summary>
    Probe,

    /// <summary>It does: appends are pipelined, a window of bytes ahead of the answers.</summary>
    Replicate,

    /// <summary>The follower needs entries that are no longer in memory: it gets a snapshot, and no appends.</summary>
    Snapshot,
}

/// <summary>How far a leader knows one replica to be. A copy: it does not change.</summary>
/// <param name="Replica">The replica; the leader itself is among them.</param>
/// <param name="State">How the leader sends to it.</param>
/// <param name="Match">Up to where its durable log is known to be the leader's.</param>
/// <param name="Next">What it is sent next.</param>
/// <param name="Commit">What it was last known to know as committed.</param>
/// <param name="InflightBytes">Bytes sent and not yet answered.</param>
/// <param name="IsVoter">Whether it has a vote.</param>
/// <param name="RecentlyActive">Whether it was heard from within the longest election timeout.</param>
/// <param name="SnapshotOffset">While it gets a snapshot: how many bytes of it are there.</param>
public readonly record struct ReplicaProgress(
    ReplicaId Replica,
    ProgressState State,
    LogIndex Match,
    LogIndex Next,
    LogIndex Commit,
    int InflightBytes,
    bool IsVoter,
    bool RecentlyActive,
    ulong SnapshotOffset)
{
    /// <summary>One line: <c>2 Replicate match=7 next=8 commit=6 inflight=0</c>, then what is out of the ordinary.</summary>
    public override string ToString() =>
        $"{Replica} {State} match={Match} next={Next} commit={Commit} inflight={InflightBytes}"
        + (State == ProgressState.Snapshot ? $" offset={SnapshotOffset}" : "")
        + (IsVoter ? "" : " learner")
        + (RecentlyActive ? "" : " silent");
}
