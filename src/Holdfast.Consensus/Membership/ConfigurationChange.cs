using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// A change of a group's members, made only if the group's configuration is still the one that the caller saw (compare and
/// set). A change of one voter is made in one step (Ongaro §4.1), any other goes through a joint configuration (§4.3), which
/// the group leaves by itself.
/// </summary>
public sealed class ConfigurationChange
{
    /// <summary>The index of the configuration that the caller saw: <see cref="RaftNode.ConfigurationIndex"/>.</summary>
    public required LogIndex Expected { get; init; }

    /// <summary>Who gets a vote. A learner among them is promoted.</summary>
    public IReadOnlyList<ReplicaId> AddVoters { get; init; } = [];

    /// <summary>Who gets the log without a vote. A voter among them is demoted.</summary>
    public IReadOnlyList<ReplicaId> AddLearners { get; init; } = [];

    /// <summary>Who no longer takes part, voter or learner.</summary>
    public IReadOnlyList<ReplicaId> Remove { get; init; } = [];

    /// <summary>
    /// The configuration that this change makes of <paramref name="current"/>, or null when it can't be made: nobody would
    /// vote, a replica is named twice or is to be removed and is not there, or nothing would change.
    /// </summary>
    internal Configuration? ApplyTo(Configuration current)
    {
        ReplicaId[] named = [.. AddVoters, .. AddLearners, .. Remove];
        if (named.Distinct().Count() != named.Length || !Remove.All(current.Contains))
        {
            return null;
        }

        ReplicaId[] voters = [.. current.Voters.Except(named).Concat(AddVoters).Order()];
        ReplicaId[] learners = [.. current.Learners.Except(named).Concat(AddLearners).Order()];
        bool same = voters.SequenceEqual(current.Voters) && learners.SequenceEqual(current.Learners);
        if (voters.Length == 0 || same)
        {
            return null;
        }

        int changed = voters.Except(current.Voters).Count() + current.Voters.Except(voters).Count();
        return new Configuration(voters, learners, changed > 1 ? current.Voters : null);
    }
}
