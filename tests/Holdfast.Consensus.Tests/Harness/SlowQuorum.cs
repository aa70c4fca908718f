using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>Quorums by the definition, word for word, to check the fast arithmetic with.</summary>
internal static class SlowQuorum
{
    /// <summary>Whether more than half of the voters, and of the outgoing ones if there are some, satisfy the condition.</summary>
    public static bool Holds(Configuration configuration, Func<ReplicaId, bool> condition) =>
        IsMajority(configuration.Voters, condition)
        && (configuration.OutgoingVoters.Count == 0 || IsMajority(configuration.OutgoingVoters, condition));

    private static bool IsMajority(IReadOnlyList<ReplicaId> voters, Func<ReplicaId, bool> condition) =>
        voters.Count(condition) > voters.Count - voters.Count(condition);
}
