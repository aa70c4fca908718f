using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class RaftInvariantsTests
{
    private readonly ScriptedWorld _world = new();

    [Fact]
    public void Two_leaders_in_one_term_are_found() => AssertFound(
        nameof(ElectionSafety), "two leaders in term 4",
        (0, Facts(0, GroupRole.Leader, term: 4)), (0, Facts(0, GroupRole.Leader, term: 4)), (1, Facts(1, GroupRole.Leader, term: 4)));

    [Fact]
    public void Leaders_of_different_terms_are_no_violation() =>
        Assert.Null(Check((0, Facts(0, GroupRole.Leader, term: 4)), (1, Facts(1, GroupRole.Leader, term: 5))));

    [Fact]
    public void A_term_that_goes_back_is_found() => AssertFound(
        nameof(NothingGoesBack), "the term", (0, Facts(0, GroupRole.Follower, term: 4)), (0, Facts(0, GroupRole.Follower, term: 3)));

    [Fact]
    public void A_commit_index_that_goes_back_is_found() => AssertFound(
        nameof(NothingGoesBack), "the commit index",
        (0, Facts(0, GroupRole.Follower, commit: 4, applied: 3)), (0, Facts(0, GroupRole.Follower, commit: 3, applied: 3)));

    [Fact]
    public void A_leader_that_shortens_its_log_is_found() => AssertFound(
        nameof(NothingGoesBack), "the leader's log", (0, Facts(0, GroupRole.Leader, last: 9)), (0, Facts(0, GroupRole.Leader, last: 8)));

    [Fact]
    public void Applying_what_is_not_committed_is_found() =>
        AssertFound(nameof(NothingGoesBack), "not committed", (0, Facts(0, GroupRole.Follower, commit: 3, applied: 4)));

    [Fact]
    public void A_restarted_process_may_know_less_than_it_did()
    {
        Assert.Null(Check((0, Facts(0, GroupRole.Follower, term: 4, commit: 4))));
        _world.World.Hosts[0].Crash();
        _world.World.Hosts[0].Start();

        Assert.Null(Check((0, Facts(0, GroupRole.Follower, term: 3, commit: 2))));
    }

    [Fact]
    public void A_committed_entry_that_differs_on_another_replica_is_found()
    {
        _world[0].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xAA);
        _world[1].Entries[new LogIndex(1)] = new EntryFacts(new Term(2), 0xAA);

        AssertFound(
            nameof(CommittedEntriesStay), "entry 1 of group 7",
            (0, Facts(0, GroupRole.Follower, commit: 1)), (1, Facts(1, GroupRole.Follower, commit: 1)));
    }

    [Fact]
    public void A_new_leader_without_a_committed_entry_is_found()
    {
        _world[0].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xAA);
        _world[0].Entries[new LogIndex(2)] = new EntryFacts(new Term(1), 0xBB);

        AssertFound(
            nameof(CommittedEntriesStay), "but 2 are committed",
            (0, Facts(0, GroupRole.Follower, commit: 2, last: 2)), (1, Facts(1, GroupRole.Leader, term: 2, last: 1)));
    }

    [Fact]
    public void A_candidate_whose_votes_come_late_may_lead_its_term_without_what_a_later_term_committed()
    {
        _world[0].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xAA);
        _world[0].Entries[new LogIndex(2)] = new EntryFacts(new Term(3), 0xBB);
        _world[1].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xAA);
        _world[1].Entries[new LogIndex(2)] = new EntryFacts(new Term(2), 0xCC);

        Assert.Null(Check(
            (0, Facts(0, GroupRole.Leader, term: 3, commit: 2, last: 2)),
            (1, Facts(1, GroupRole.Leader, term: 2, last: 2))));
    }

    [Fact]
    public void A_new_leader_with_another_entry_in_the_place_of_a_committed_one_is_found()
    {
        _world[0].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xAA);
        _world[1].Entries[new LogIndex(1)] = new EntryFacts(new Term(1), 0xBB);

        AssertFound(
            nameof(CommittedEntriesStay), "leads group 7 in term 2",
            (0, Facts(0, GroupRole.Follower, commit: 1, last: 1)), (1, Facts(1, GroupRole.Leader, term: 2, last: 1)));
    }

    [Fact]
    public void Replicas_that_differ_at_one_applied_index_are_found() => AssertFound(
        nameof(EqualStates), "group 7 at 3",
        (0, Facts(0, GroupRole.Follower, commit: 3, applied: 3, hash: 1)),
        (1, Facts(1, GroupRole.Follower, commit: 4, applied: 4, hash: 2)),
        (2, Facts(2, GroupRole.Follower, commit: 3, applied: 3, hash: 3)));

    private static GroupFacts Facts(
        uint node, GroupRole role, ulong term = 1, ulong last = 10, ulong commit = 0, ulong applied = 0, ulong? hash = null) =>
        new(new GroupId(7), new ReplicaId(new NodeId(node), 0), role, new Term(term), new LogIndex(last), new LogIndex(commit), new LogIndex(applied), hash);

    private void AssertFound(string rule, string what, params (int Node, GroupFacts Facts)[] steps)
    {
        Violation? violation = Check(steps);

        Assert.NotNull(violation);
        Assert.Equal(rule, violation.Rule);
        Assert.Contains(what, violation.Explanation);
    }

    /// <summary>Lets the nodes show these facts one after the other, each in a step of its own.</summary>
    private Violation? Check(params (int Node, GroupFacts Facts)[] steps)
    {
        if (_world.World.Invariants.Count == 0)
        {
            SeedRunner.WatchAll(_world.World);
        }

        foreach ((int node, GroupFacts facts) in steps)
        {
            SimHost host = _world.World.Hosts[node];
            _world[node].Groups.Clear();
            _world[node].Groups.Add(facts);
            host.Input(host.Boot, static _ => { });
        }

        return _world.World.Violation;
    }
}
