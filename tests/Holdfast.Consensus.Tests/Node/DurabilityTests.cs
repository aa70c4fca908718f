using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Node;

/// <summary>Nothing is promised before it is durable (Ongaro §3.8).</summary>
public sealed class DurabilityTests
{
    [Fact]
    public void A_vote_is_told_when_it_is_durable()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Vote(Id(2), Id(1), new(2), default, transfer: false));
        node.Take();
        Assert.Equal(new HardState(new(2), Id(2)), node.Written);
        Assert.Empty(node.Sent);
        node.CompleteWrite();
        node.Take();
        Assert.Equal("1->2 VoteResponse term=2 granted", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void A_candidate_asks_for_votes_when_its_own_is_durable()
    {
        var node = new LoneNode();
        node.TickUntil(RoleKind.PreCandidate);
        node.Node.Step(Message.PreVoteResponse(Id(2), Id(1), new(2), reject: false));
        node.Take();
        Assert.Empty(node.SentOf(MessageKind.Vote));
        node.CompleteWrite();
        node.Take();
        Assert.Equal(2, node.SentOf(MessageKind.Vote).Count());
    }

    [Fact]
    public void A_candidate_with_a_slow_disk_does_not_raise_its_term_again()
    {
        var node = new LoneNode();
        node.TickUntil(RoleKind.PreCandidate);
        node.Node.Step(Message.PreVoteResponse(Id(2), Id(1), new(2), reject: false));
        node.Take();
        for (int i = 0; i < 500; i++)
        {
            node.Node.Tick(node.Clock);
        }

        Assert.Equal((RoleKind.Candidate, new Term(2)), (node.Node.Role, node.Node.Term));
    }

    [Fact]
    public void A_sole_voter_leads_when_its_vote_is_durable_and_commits_when_its_entry_is()
    {
        var node = new LoneNode(voters: 1);
        node.Node.Tick(node.Clock);
        Assert.Equal(RoleKind.Candidate, node.Node.Role);
        node.Take();
        node.CompleteWrite();
        Assert.Equal(RoleKind.Leader, node.Node.Role);
        node.Take();
        Assert.Equal(LogIndex.Zero, node.Node.Commit);
        node.CompleteWrite();
        Assert.Equal(new LogIndex(1), node.Node.Commit);
    }

    [Fact]
    public void An_append_is_confirmed_when_it_is_durable_and_one_answer_speaks_for_all_of_a_write()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { Command(1, 1) }));
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), At(1, 1), default, new[] { Command(1, 2) }));
        node.Take();
        Assert.Empty(node.Sent);
        node.CompleteWrite();
        node.Take();
        Assert.Equal("1->2 AppendResponse term=1 match=2 commit=0", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void Writes_may_overlap_and_each_confirms_its_own()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { Command(1, 1) }));
        node.Take();
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), At(1, 1), default, new[] { Command(1, 2) }));
        node.Take();
        node.CompleteWrite();
        node.Take();
        Assert.Equal([new LogIndex(1)], node.Sent.Select(message => message.LogPosition.Index));
        node.CompleteWrite();
        node.Take();
        Assert.Equal([new(1), new LogIndex(2)], node.Sent.Select(message => message.LogPosition.Index));
    }

    /// <summary>The race of etcd's asynchronous storage writes, seen from outside: see <see cref="WriteLedger"/>.</summary>
    [Fact]
    public void A_completed_write_of_entries_overwritten_since_confirms_nothing()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { Command(1, 1) }));
        node.Take();
        node.Node.Step(Message.Append(Id(3), Id(1), new(2), default, default, new[] { Command(2, 1) }));
        node.Take();
        node.Node.Step(Message.Append(Id(2), Id(1), new(3), default, default, new[] { Command(1, 1) }));
        node.Take();
        node.CompleteWrite();
        node.CompleteWrite();
        node.Take();
        Assert.Empty(node.Sent);
        node.CompleteWrite();
        node.Take();
        Assert.Equal("1->2 AppendResponse term=3 match=1 commit=0", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void A_leader_sends_before_its_own_write_is_done_and_counts_itself_after()
    {
        LoneNode node = LeadingCommitted();
        node.Node.Propose("x"u8, out EntryId id);
        node.Take();
        Assert.Equal(2, node.SentOf(MessageKind.Append).Count());
        node.Node.Step(Message.AppendAccepted(Id(2), Id(1), node.Node.Term, id.Index, default));
        Assert.True(node.Node.Commit < id.Index);
        node.CompleteWrite();
        Assert.Equal(id.Index, node.Node.Commit);
    }

    [Fact]
    public void A_quorum_of_others_commits_without_the_leader_s_disk()
    {
        LoneNode node = LeadingCommitted();
        node.Node.Propose("x"u8, out EntryId id);
        node.Take();
        node.Node.Step(Message.AppendAccepted(Id(2), Id(1), node.Node.Term, id.Index, default));
        node.Node.Step(Message.AppendAccepted(Id(3), Id(1), node.Node.Term, id.Index, default));
        Assert.Equal(id.Index, node.Node.Commit);
    }

    [Fact]
    public void A_promise_of_an_earlier_term_is_dropped()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { Command(1, 1) }));
        node.Take();
        node.Node.Step(Message.Vote(Id(3), Id(1), new(2), At(1, 1), transfer: true));
        node.Run();
        Assert.Equal("1->3 VoteResponse term=2 granted", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void No_term_is_told_before_it_is_durable()
    {
        var node = new LoneNode();
        node.Node.Step(Message.Heartbeat(Id(2), Id(1), new(4), 7));
        node.Take();
        Assert.Empty(node.Sent);
        node.CompleteWrite();
        node.Take();
        Assert.Contains(node.Sent, message => message.ToString() == "1->2 HeartbeatResponse term=4 round=7");
    }
}
