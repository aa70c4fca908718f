namespace Holdfast.Consensus;

/// <summary>
/// The transitions that a role may make (Ongaro figure 3.3, with the pre-vote of §9.6 in between and the transfer of §3.10
/// past it).
/// </summary>
internal static class RoleTransitions
{
    private static readonly (RoleKind From, RoleKind To)[] Table =
    [
        // A higher term, or a leader that was not known.
        (RoleKind.Follower, RoleKind.Follower),

        // The election timeout passed.
        (RoleKind.Follower, RoleKind.PreCandidate),

        // The leader handed over: nobody is asked beforehand.
        (RoleKind.Follower, RoleKind.Candidate),

        // A leader appeared, a higher term was seen, or a quorum would not vote for it.
        (RoleKind.PreCandidate, RoleKind.Follower),

        // No answer in time: ask again.
        (RoleKind.PreCandidate, RoleKind.PreCandidate),

        // A quorum would vote for it.
        (RoleKind.PreCandidate, RoleKind.Candidate),

        // Another won, a higher term was seen, or a quorum refused.
        (RoleKind.Candidate, RoleKind.Follower),

        // A split vote: begin again, without raising the term before it could win.
        (RoleKind.Candidate, RoleKind.PreCandidate),

        // A quorum voted for it.
        (RoleKind.Candidate, RoleKind.Leader),

        // A higher term was seen, no quorum was heard from, or it was removed.
        (RoleKind.Leader, RoleKind.Follower),
    ];

    /// <summary>Whether a replica may go from one role to the other.</summary>
    public static bool Allows(RoleKind from, RoleKind to) => Array.IndexOf(Table, (from, to)) >= 0;
}
