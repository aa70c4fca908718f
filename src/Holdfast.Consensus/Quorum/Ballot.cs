using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>How an election stands.</summary>
internal enum ElectionOutcome
{
    /// <summary>It can still go either way.</summary>
    Open,

    /// <summary>A quorum granted its vote.</summary>
    Won,

    /// <summary>A quorum can no longer be reached.</summary>
    Lost,
}

/// <summary>The votes of one election. Each replica's first answer counts.</summary>
internal sealed class Ballot
{
    private readonly SortedList<ReplicaId, bool> _votes = [];

    /// <summary>Notes the answer of <paramref name="voter"/>.</summary>
    public void Record(ReplicaId voter, bool granted) => _votes.TryAdd(voter, granted);

    /// <summary>How the election stands among the voters of <paramref name="configuration"/>.</summary>
    public ElectionOutcome Outcome(Configuration configuration)
    {
        if (Quorum.Reached(configuration, new Votes(_votes, IfMissing: false)) > 0)
        {
            return ElectionOutcome.Won;
        }

        return Quorum.Reached(configuration, new Votes(_votes, IfMissing: true)) > 0 ? ElectionOutcome.Open : ElectionOutcome.Lost;
    }

    private readonly record struct Votes(SortedList<ReplicaId, bool> Answers, bool IfMissing) : IVoterValue
    {
        public ulong Of(ReplicaId voter) => (Answers.TryGetValue(voter, out bool granted) ? granted : IfMissing) ? 1UL : 0UL;
    }
}
