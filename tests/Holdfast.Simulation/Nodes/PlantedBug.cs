namespace Holdfast.Simulation;

/// <summary>Known mistakes that can be planted in a node, to prove that the checkers would find them.</summary>
public enum PlantedBug
{
    /// <summary>None.</summary>
    None,

    /// <summary>A leader commits an entry of an earlier term by counting replicas (Ongaro §3.6.2, figure 3.7).</summary>
    CommitsOldTermEntry,

    /// <summary>A vote is answered without being durable, so a restarted node votes twice in a term.</summary>
    ForgetsVote,

    /// <summary>What was written counts as durable before the sync. The world plants it: the disk answers syncs without doing them.</summary>
    AcknowledgesBeforeSync,

    /// <summary>A read is answered without a round that confirms leadership.</summary>
    ReadsWithoutRound,

    /// <summary>A node whose disk was wiped votes and acknowledges under its old id.</summary>
    WipedReplicaVotes,

    /// <summary>A read takes a key to be gone by the clock of the node that answers, instead of the time of the group.</summary>
    ReadsByOwnClock,

    /// <summary>A leader stamps with what its own clock says, whatever the others' say.</summary>
    StampsByOwnClock,

    /// <summary>An idempotency token is known to the leader that took it first and to no later one.</summary>
    ForgetsTokensOfOthers,

    /// <summary>A write in a session is carried out each time that it comes.</summary>
    ForgetsSessions,

    /// <summary>The operations of a batch are carried out one by one: others come in between, and what one did stays when a later one fails.</summary>
    SplitsBatches,

    /// <summary>Who begins with a snapshot, its own or a leader's, knows no sessions and no tokens.</summary>
    LosesSessionsInSnapshots,

    /// <summary>Who takes over a leader's snapshot tells nothing of the changes that it holds, and of no gap.</summary>
    SkipsChangesOfSnapshots,

    /// <summary>A watch that waits is told of the last change alone, when several come at once.</summary>
    TellsLastChangeAlone,
}
