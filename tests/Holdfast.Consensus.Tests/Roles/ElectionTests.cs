using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Roles;

/// <summary>Pre-vote, check-quorum, and who is allowed to disturb whom.</summary>
public sealed class ElectionTests
{
    [Fact]
    public void A_pre_vote_changes_nothing_at_either_side()
    {
        var asked = new LoneNode(term: 3);
        asked.Step(Message.PreVote(Id(2), Id(1), new(9), default));
        Assert.Equal((new Term(3), "1->2 PreVoteResponse term=9 granted"), (asked.Node.Term, Assert.Single(asked.Sent).ToString()));

        var asking = new LoneNode(term: 3);
        asking.TickUntil(RoleKind.PreCandidate);
        asking.Tick(500);
        Assert.Equal(new Term(3), asking.Node.Term);
    }

    [Fact]
    public void A_pre_candidate_that_a_quorum_refuses_gives_up_and_learns_the_term()
    {
        var node = new LoneNode(term: 3);
        node.TickUntil(RoleKind.PreCandidate);
        node.Step(Message.PreVoteResponse(Id(2), Id(1), new(3), reject: true));
        node.Step(Message.PreVoteResponse(Id(3), Id(1), new(3), reject: true));
        Assert.Equal(RoleKind.Follower, node.Node.Role);
        node.Step(Message.PreVoteResponse(Id(3), Id(1), new(7), reject: true));
        Assert.Equal(new Term(7), node.Node.Term);
    }

    /// <summary>Ongaro §9.6: a replica that was cut off comes back without an election.</summary>
    [Fact]
    public void A_replica_that_was_cut_off_does_not_disturb_the_leader()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(3);
        cluster.Tick(500);
        cluster.Heal();
        cluster.Tick(500);
        Assert.Equal((RoleKind.Leader, new Term(1)), (cluster[1].Node.Role, cluster[1].Node.Term));
        Assert.Equal(Id(1), cluster[3].Node.Leader);
    }

    /// <summary>Ongaro §4.2.3.</summary>
    [Fact]
    public void Who_heard_from_a_leader_lately_ignores_others_who_want_to_lead()
    {
        var node = new LoneNode();
        node.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));
        node.Sent.Clear();
        node.Tick(29);
        node.Step(Message.PreVote(Id(3), Id(1), new(2), default));
        node.Step(Message.Vote(Id(3), Id(1), new(2), default, transfer: false));
        Assert.Empty(node.Sent);
        Assert.Equal(new Term(1), node.Node.Term);
        node.Tick();
        node.Step(Message.Vote(Id(3), Id(1), new(2), default, transfer: false));
        Assert.Equal("1->3 VoteResponse term=2 granted", node.SentOf(MessageKind.VoteResponse).Single().ToString());
    }

    /// <summary>Else a lease of the old leader could outlive its leadership, though the one who asks has a higher term.</summary>
    [Fact]
    public void A_higher_term_does_not_make_it_forget_that_it_heard_from_a_leader()
    {
        var node = new LoneNode();
        node.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));
        node.Step(Message.VoteResponse(Id(3), Id(1), new(4), reject: true));
        node.Sent.Clear();
        node.Step(Message.Vote(Id(3), Id(1), new(5), default, transfer: false));
        Assert.Empty(node.Sent);
    }

    [Fact]
    public void With_leases_a_replica_that_just_started_elects_nobody_yet()
    {
        var node = new LoneNode(options: new RaftOptions { LeaseReads = true });
        node.Step(Message.Vote(Id(3), Id(1), new(2), default, transfer: false));
        Assert.Empty(node.Sent);
    }

    /// <summary>Ongaro §6.2.</summary>
    [Fact]
    public void A_leader_that_hears_from_no_quorum_steps_down_within_an_election_timeout()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);
        cluster.Tick(56);
        Assert.NotEqual(RoleKind.Leader, cluster[1].Node.Role);
        Assert.NotEqual(Id(1), cluster[1].Node.Leader);
    }

    [Fact]
    public void The_others_elect_a_new_leader_and_the_old_one_follows_it()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1).Node.Propose("a"u8, out _);
        cluster.Settle();
        cluster.Isolate(1);
        cluster[1].Node.Propose("lost"u8, out EntryId lost);
        cluster.TickUntil(() => cluster[2].Node.Role == RoleKind.Leader || cluster[3].Node.Role == RoleKind.Leader);
        cluster.Leader!.Node.Propose("b"u8, out EntryId kept);
        cluster.Heal();
        cluster.TickUntil(() => cluster.All.All(replica => replica.Node.Applied == kept.Index));
        Assert.Equal(lost.Index, kept.Index.Previous);
        Assert.NotEqual(lost, cluster[1].Node.DescribeSnapshot(lost.Index).Id);
    }

    [Fact]
    public void A_leader_of_a_group_where_someone_has_a_higher_term_gives_way_to_it()
    {
        LoneNode leader = LeadingCommitted();
        leader.Step(Message.AppendRefused(Id(2), Id(1), new(9), default, default, default));
        Assert.Equal((RoleKind.Follower, new Term(9)), (leader.Node.Role, leader.Node.Term));
    }

    [Fact]
    public void A_learner_never_begins_an_election()
    {
        var configuration = new Configuration([Id(2)], [Id(1)]);
        var node = new LoneNode(state: RestoredState.Bootstrap(configuration));
        node.Tick(500);
        Assert.Equal((RoleKind.Follower, Term.Zero), (node.Node.Role, node.Node.Term));
        Assert.Empty(node.Sent);
    }

    [Fact]
    public void The_table_of_transitions_holds_all_and_only_those_of_the_figure()
    {
        RoleKind[] all = Enum.GetValues<RoleKind>();
        var allowed = all.SelectMany(from => all.Where(to => RoleTransitions.Allows(from, to)).Select(to => $"{from}>{to}"));
        Assert.Equal(
            [
                "Follower>Follower", "Follower>PreCandidate", "Follower>Candidate", "PreCandidate>Follower", "PreCandidate>PreCandidate",
                "PreCandidate>Candidate", "Candidate>Follower", "Candidate>PreCandidate", "Candidate>Leader", "Leader>Follower",
            ],
            allowed);
    }
}
