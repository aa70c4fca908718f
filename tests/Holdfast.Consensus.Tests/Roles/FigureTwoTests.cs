using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Roles;

/// <summary>The rules of the summary of Raft (Ongaro figure 3.1, "figure 2" of the paper), one by one.</summary>
public sealed class FigureTwoTests
{
    /// <summary>All servers, rule 2; §3.3.</summary>
    [Theory]
    [InlineData(MessageKind.Append)]
    [InlineData(MessageKind.AppendResponse)]
    [InlineData(MessageKind.Vote)]
    [InlineData(MessageKind.HeartbeatResponse)]
    public void Whoever_sees_a_higher_term_follows_in_it(MessageKind kind)
    {
        var node = new LoneNode(log: [1]);
        node.Step(new Message { Kind = kind, From = Id(2), To = Id(1), Term = new(5) });
        Assert.Equal((RoleKind.Follower, new Term(5)), (node.Node.Role, node.Node.Term));
        Assert.Equal(new Term(5), node.Written?.Term);
    }

    /// <summary>AppendEntries, rule 1; §3.3.</summary>
    [Fact]
    public void An_append_of_an_earlier_term_is_refused_with_the_present_one()
    {
        var node = new LoneNode(term: 3);
        node.Step(Message.Append(Id(2), Id(1), new(2), default, default, new[] { Command(2, 1) }));
        Assert.Equal(LogIndex.Zero, node.Node.LastIndex);
        Message answer = Assert.Single(node.Sent);
        Assert.True(answer is { Kind: MessageKind.AppendResponse, Reject: true } && answer.Term == new Term(3));
    }

    /// <summary>AppendEntries, rule 2; §3.5.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public void An_append_after_an_entry_that_is_not_there_is_refused(ulong term, ulong index)
    {
        var node = new LoneNode(term: 2, log: [1, 1]);
        node.Step(Message.Append(Id(2), Id(1), new(2), At(term, index), default, new[] { Command(2, index + 1) }));
        Assert.Equal(new LogIndex(2), node.Node.LastIndex);
        Message answer = Assert.Single(node.Sent);
        Assert.True(answer.Reject);
        Assert.Equal(At(1, 2), answer.Hint);
    }

    /// <summary>AppendEntries, rules 3 and 4; §3.5.</summary>
    [Fact]
    public void A_conflicting_entry_and_all_after_it_give_way_to_the_leader_s()
    {
        var node = new LoneNode(term: 2, log: [1, 1, 1]);
        node.Step(Message.Append(Id(2), Id(1), new(2), At(1, 1), default, new[] { Command(2, 2) }));
        Assert.Equal(At(2, 2), node.Node.DescribeSnapshot(node.Node.LastIndex).Id);
    }

    /// <summary>AppendEntries, rule 3: only a conflict truncates, so that a late message takes nothing away.</summary>
    [Fact]
    public void An_append_that_holds_less_than_the_log_takes_nothing_away()
    {
        var node = new LoneNode(term: 1, log: [1, 1, 1]);
        node.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { Command(1, 1) }));
        Assert.Equal(new LogIndex(3), node.Node.LastIndex);
        Assert.Equal(new LogIndex(1), node.Sent.Single().LogPosition.Index);
    }

    /// <summary>AppendEntries, rule 5; §3.5.</summary>
    [Fact]
    public void Commit_follows_the_leader_s_but_not_beyond_the_entries_that_it_vouched_for()
    {
        var node = new LoneNode(term: 1, log: [1, 1, 1]);
        node.Step(Message.Append(Id(2), Id(1), new(1), default, new(3), new[] { Command(1, 1) }));
        Assert.Equal(new LogIndex(1), node.Node.Commit);
        node.Step(Message.Append(Id(2), Id(1), new(1), At(1, 3), new(2), default));
        Assert.Equal(new LogIndex(2), node.Node.Commit);
        Assert.Equal(2, node.Applied.Count);
    }

    /// <summary>RequestVote, rule 1.</summary>
    [Fact]
    public void A_vote_for_an_earlier_term_is_refused()
    {
        var node = new LoneNode(term: 3);
        node.Step(Message.Vote(Id(2), Id(1), new(2), At(9, 9), transfer: false));
        Assert.True(Assert.Single(node.Sent) is { Kind: MessageKind.VoteResponse, Reject: true });
    }

    /// <summary>RequestVote, rule 2: one vote a term; §3.4.</summary>
    [Fact]
    public void A_replica_votes_once_a_term_but_repeats_its_answer()
    {
        var node = new LoneNode(term: 1);
        foreach (int candidate in new[] { 2, 3, 2 })
        {
            node.Step(Message.Vote(Id(candidate), Id(1), new(2), default, transfer: false));
        }

        Assert.Equal([false, true, false], node.SentOf(MessageKind.VoteResponse).Select(answer => answer.Reject));
        Assert.Equal(new HardState(new(2), Id(2)), node.Written);
    }

    /// <summary>RequestVote, rule 2: the candidate's log is at least as up to date; §3.6.1.</summary>
    [Theory]
    [InlineData(1, 9, false)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 1, true)]
    public void A_vote_goes_only_to_a_log_that_is_as_up_to_date(ulong term, ulong index, bool granted)
    {
        var node = new LoneNode(term: 2, log: [1, 2]);
        node.Step(Message.Vote(Id(2), Id(1), new(4), At(term, index), transfer: false));
        Assert.Equal(granted, !node.Sent.Single().Reject);
    }

    /// <summary>Followers, rule 2; §3.4. The timeout differs from node to node.</summary>
    [Fact]
    public void A_follower_that_hears_nothing_for_an_election_timeout_begins_an_election()
    {
        var options = new RaftOptions();
        var node = new LoneNode(options: options);
        node.Tick(options.ElectionTicksMin - 1);
        Assert.Equal(RoleKind.Follower, node.Node.Role);
        node.Tick(options.ElectionTicksMax - options.ElectionTicksMin + 1);
        Assert.Equal(RoleKind.PreCandidate, node.Node.Role);
        Assert.Equal([Id(2), Id(3)], node.SentOf(MessageKind.PreVote).Select(message => message.To));
    }

    [Fact]
    public void A_follower_that_hears_from_its_leader_stays()
    {
        var node = new LoneNode();
        for (int i = 0; i < 20; i++)
        {
            node.Tick(25);
            node.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));
        }

        Assert.Equal((RoleKind.Follower, Id(2)), (node.Node.Role, node.Node.Leader));
    }

    /// <summary>Candidates, rule 1.</summary>
    [Fact]
    public void A_candidate_raises_its_term_votes_for_itself_and_asks_the_others()
    {
        var node = new LoneNode(log: [1]);
        node.TickUntil(RoleKind.PreCandidate);
        node.Step(Message.PreVoteResponse(Id(2), Id(1), new(2), reject: false));
        Assert.Equal((RoleKind.Candidate, new Term(2)), (node.Node.Role, node.Node.Term));
        Assert.Equal(new HardState(new(2), Id(1)), node.Written);
        Assert.Equal([Id(2), Id(3)], node.SentOf(MessageKind.Vote).Select(message => message.To));
        Assert.All(node.SentOf(MessageKind.Vote), message => Assert.Equal(At(1, 1), message.LogPosition));
    }

    /// <summary>Candidates, rule 2.</summary>
    [Fact]
    public void A_candidate_leads_with_the_votes_of_a_majority()
    {
        LoneNode node = Leading(voters: 5);
        Assert.Equal(Id(1), node.Node.Leader);
        Assert.Equal(4, node.SentOf(MessageKind.Vote).Count());
    }

    /// <summary>Candidates, rule 3.</summary>
    [Fact]
    public void A_candidate_follows_a_leader_of_its_term()
    {
        var node = new LoneNode();
        node.TickUntil(RoleKind.PreCandidate);
        node.Step(Message.PreVoteResponse(Id(2), Id(1), new(2), reject: false));
        node.Step(Message.Append(Id(3), Id(1), new(2), default, default, default));
        Assert.Equal((RoleKind.Follower, Id(3)), (node.Node.Role, node.Node.Leader));
    }

    /// <summary>Candidates, rule 4; §3.4.</summary>
    [Fact]
    public void A_candidate_without_a_decision_begins_again()
    {
        var node = new LoneNode();
        node.TickUntil(RoleKind.PreCandidate);
        node.Step(Message.PreVoteResponse(Id(2), Id(1), new(2), reject: false));
        node.TickUntil(RoleKind.PreCandidate);
        Assert.Equal(new Term(2), node.Node.Term);
    }

    /// <summary>Leaders, rule 1; §6.4: the term begins with an entry, sent at once.</summary>
    [Fact]
    public void A_leader_begins_its_term_with_an_entry_and_heartbeats_follow()
    {
        LoneNode node = Leading(log: [1]);
        Message append = node.SentOf(MessageKind.Append).First();
        Assert.Equal("1->2 Append term=2 after=1/1 commit=0 [2/2 NoOp]", append.ToString());
        node.Tick(5);
        Assert.Equal([Id(2), Id(3)], node.SentOf(MessageKind.Heartbeat).Select(message => message.To));
    }

    /// <summary>Leaders, rule 2: an entry is decided only when it is committed.</summary>
    [Fact]
    public void A_leader_applies_a_command_when_a_majority_has_it()
    {
        LoneNode node = LeadingCommitted();
        Assert.Equal(ProposeResult.Accepted, node.Node.Propose("set"u8, out EntryId id));
        node.Run();
        Assert.DoesNotContain(node.Applied, entry => entry.Id == id);
        node.Step(Message.AppendAccepted(Id(3), Id(1), node.Node.Term, id.Index, default));
        Assert.Equal($"{id} Command \"set\"", node.Applied[^1].ToString());
    }

    /// <summary>Leaders, rule 3; §3.5.</summary>
    [Fact]
    public void A_leader_goes_back_by_whole_terms_to_where_the_logs_meet()
    {
        LoneNode node = Leading(log: [1, 1, 4, 4, 5, 5, 5]);
        node.Sent.Clear();
        node.Step(Message.AppendRefused(Id(2), Id(1), node.Node.Term, At(5, 7), At(4, 4), default));
        Message retry = Assert.Single(node.SentOf(MessageKind.Append));
        Assert.Equal(At(4, 4), retry.LogPosition);
        node.Step(Message.AppendRefused(Id(2), Id(1), node.Node.Term, At(4, 4), At(2, 3), default));
        Assert.Equal(At(1, 2), node.SentOf(MessageKind.Append).Last().LogPosition);
    }

    /// <summary>Leaders, rule 4; §3.6.2 and figure 3.7: entries of earlier terms are not committed by counting.</summary>
    [Fact]
    public void An_entry_of_an_earlier_term_is_committed_only_with_one_of_this()
    {
        LoneNode node = Leading(log: [1, 2]);
        node.Step(Message.AppendAccepted(Id(2), Id(1), node.Node.Term, new(2), default));
        Assert.Equal(LogIndex.Zero, node.Node.Commit);
        node.Step(Message.AppendAccepted(Id(2), Id(1), node.Node.Term, new(3), default));
        Assert.Equal(new LogIndex(3), node.Node.Commit);
    }

    /// <summary>Election safety, §3.4: two leaders of one term are a broken invariant, not a message to obey.</summary>
    [Fact]
    public void A_second_leader_of_a_term_stops_the_node()
    {
        LoneNode leader = Leading();
        Message foreign = Message.Append(Id(2), Id(1), leader.Node.Term, default, default, default);
        Assert.Throws<InvariantViolationException>(() => leader.Node.Step(foreign));

        var follower = new LoneNode();
        follower.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));
        Assert.Throws<InvariantViolationException>(() => follower.Node.Step(Message.Heartbeat(Id(3), Id(1), new(1), 0)));
    }

    /// <summary>Leader completeness, §3.6.3: an append that contradicts what is committed stops the node.</summary>
    [Fact]
    public void An_append_against_what_is_committed_stops_the_node()
    {
        var node = new LoneNode(log: [1, 1]);
        node.Step(Message.Append(Id(2), Id(1), new(1), At(1, 2), new(2), default));
        Message contradiction = Message.Append(Id(3), Id(1), new(2), default, default, new[] { Command(1, 1), Command(2, 2) });
        Assert.Throws<InvariantViolationException>(() => node.Node.Step(contradiction));
    }
}
