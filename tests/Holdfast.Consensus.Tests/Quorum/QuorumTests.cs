using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.QuorumArithmetic;

public sealed class QuorumTests
{
    [Fact]
    public void What_a_quorum_reached_is_what_the_definition_says()
    {
        var random = new SeededRandom(42);
        for (int round = 0; round < 20_000; round++)
        {
            Configuration configuration = Draw(random);
            var numbers = configuration.Voters.Concat(configuration.OutgoingVoters).Distinct()
                .ToDictionary(voter => voter, _ => (ulong)random.Next(6));

            ulong reached = Quorum.Reached(configuration, new Numbers(numbers));

            Assert.True(SlowQuorum.Holds(configuration, voter => numbers[voter] >= reached), $"{configuration} has not reached {reached}");
            Assert.False(SlowQuorum.Holds(configuration, voter => numbers[voter] > reached), $"{configuration} is past {reached}");
        }
    }

    [Fact]
    public void An_election_is_decided_as_the_definition_says()
    {
        var random = new SeededRandom(43);
        for (int round = 0; round < 20_000; round++)
        {
            Configuration configuration = Draw(random);
            var ballot = new Ballot();
            Dictionary<ReplicaId, bool> votes = [];
            foreach (ReplicaId voter in configuration.Voters.Concat(configuration.OutgoingVoters).Distinct().Where(_ => random.Chance(0.7)))
            {
                votes[voter] = random.Chance(0.6);
                ballot.Record(voter, votes[voter]);
            }

            ElectionOutcome expected = SlowQuorum.Holds(configuration, voter => votes.GetValueOrDefault(voter)) ? ElectionOutcome.Won
                : SlowQuorum.Holds(configuration, voter => votes.GetValueOrDefault(voter, true)) ? ElectionOutcome.Open
                : ElectionOutcome.Lost;
            Assert.Equal(expected, ballot.Outcome(configuration));
        }
    }

    [Fact]
    public void The_first_answer_of_a_voter_counts()
    {
        var configuration = new Configuration([new(1), new(2), new(3)]);
        var ballot = new Ballot();
        ballot.Record(new(1), granted: true);
        ballot.Record(new(2), granted: false);
        ballot.Record(new(2), granted: true);
        Assert.Equal(ElectionOutcome.Open, ballot.Outcome(configuration));
    }

    [Fact]
    public void More_voters_than_fit_on_the_stack_are_counted_too()
    {
        var configuration = new Configuration(Enumerable.Range(0, 101).Select(i => new ReplicaId((ulong)i)));
        Assert.Equal(50UL, Quorum.Reached(configuration, new Numbers(configuration.Voters.ToDictionary(id => id, id => id.Value))));
    }

    private static Configuration Draw(SeededRandom random)
    {
        ReplicaId[] Some() => [.. Enumerable.Range(0, 8).Where(_ => random.Chance(0.5)).Select(i => new ReplicaId((ulong)i))];
        ReplicaId[] voters = Some();
        return new Configuration(voters.Length > 0 ? voters : [new(9)], outgoingVoters: random.Chance(0.5) ? Some() : null);
    }

    private readonly record struct Numbers(Dictionary<ReplicaId, ulong> Values) : IVoterValue
    {
        public ulong Of(ReplicaId voter) => Values[voter];
    }
}
