using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Reads;

/// <summary>Ongaro §6.4.</summary>
public sealed class ReadTests
{
    private static readonly RaftOptions Leases = new() { LeaseReads = true };

    [Fact]
    public void A_read_is_granted_when_a_quorum_answered_a_round_sent_after_it_came()
    {
        LoneNode leader = LeadingCommitted();
        Assert.Equal(ReadResult.Accepted, leader.Node.RequestRead(7));
        leader.Run();
        Message[] round = [.. leader.SentOf(MessageKind.Heartbeat)];
        Assert.Equal([Id(2), Id(3)], round.Select(message => message.To));
        Assert.Empty(leader.Grants);
        Answer(leader, 2, round[0].Round);
        Assert.Equal("read 7 at 1", Assert.Single(leader.Grants).ToString());
    }

    [Fact]
    public void An_answer_to_an_earlier_round_confirms_nothing()
    {
        LoneNode leader = LeadingCommitted();
        ulong first = Round(leader, 1);
        Answer(leader, 2, first);
        leader.Grants.Clear();
        ulong second = Round(leader, 2);
        Assert.True(second > first);
        Answer(leader, 2, first);
        Answer(leader, 3, first);
        Assert.Empty(leader.Grants);
        Answer(leader, 3, second);
        Assert.Single(leader.Grants);
    }

    /// <summary>etcd#20418: what was asked in one term is not answered by answers of another.</summary>
    [Fact]
    public void Rounds_of_an_earlier_term_confirm_nothing()
    {
        LoneNode leader = LeadingCommitted();
        Round(leader, 1);
        leader.Step(Message.HeartbeatResponse(Id(2), Id(1), new(leader.Node.Term.Value - 1), 1));
        Assert.Empty(leader.Grants);
    }

    [Fact]
    public void Reads_share_a_round_and_those_that_come_while_it_is_under_way_share_the_next()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.RequestRead(1);
        leader.Node.RequestRead(2);
        leader.Run();
        leader.Node.RequestRead(3);
        leader.Node.RequestRead(4);
        leader.Run();
        Assert.Equal([1UL, 1UL], leader.SentOf(MessageKind.Heartbeat).Select(message => message.Round));
        Answer(leader, 2, 1);
        Assert.Equal([1UL, 2UL], leader.Grants.Select(grant => grant.Context));
        Assert.Equal([1UL, 1UL, 2UL, 2UL], leader.SentOf(MessageKind.Heartbeat).Select(message => message.Round));
        Answer(leader, 2, 2);
        Assert.Equal([1UL, 2UL, 3UL, 4UL], leader.Grants.Select(grant => grant.Context));
    }

    [Fact]
    public void A_lost_round_is_followed_by_the_next_heartbeat()
    {
        LoneNode leader = LeadingCommitted();
        Round(leader, 1);
        leader.Node.RequestRead(2);
        leader.Tick(5);
        Assert.Equal(2UL, leader.SentOf(MessageKind.Heartbeat).Last().Round);
        Answer(leader, 2, 2);
        Assert.Equal([1UL, 2UL], leader.Grants.Select(grant => grant.Context));
    }

    /// <summary>etcd#7331, redisraft#18: before that, the leader may not know what is committed.</summary>
    [Fact]
    public void A_read_waits_until_the_leader_committed_an_entry_of_its_term()
    {
        LoneNode leader = Leading(log: [1, 1]);
        Assert.Equal(ReadResult.NotYet, leader.Node.RequestRead(9));
        leader.Run();
        Answer(leader, 2, 0);
        Assert.Empty(leader.Grants);
        leader.Confirm(2);
        Answer(leader, 2, 1);
        Assert.Equal(new ReadGrant(9, new(3), 0), Assert.Single(leader.Grants));
    }

    [Fact]
    public void Reads_are_rejected_when_leadership_ends()
    {
        LoneNode leader = LeadingCommitted();
        Round(leader, 1);
        leader.Node.RequestRead(2);
        leader.Step(Message.AppendRefused(Id(2), Id(1), leader.Node.Term.Next, default, default, default));
        Assert.Equal([1UL, 2UL], leader.Rejected);
        Assert.Equal(ReadResult.NotLeader, leader.Node.RequestRead(3));
    }

    [Fact]
    public void A_sole_voter_grants_at_once()
    {
        var node = new LoneNode(voters: 1);
        node.TickUntil(RoleKind.Leader);
        node.Node.RequestRead(1);
        node.Take();
        Assert.Equal(new ReadGrant(1, new(1), 0), Assert.Single(node.Grants));
    }

    [Fact]
    public void A_lease_answers_at_once_from_the_sending_of_a_confirmed_round()
    {
        LoneNode leader = LeadingCommitted(options: Leases);
        Round(leader, 1);
        leader.Tick(3);
        Answer(leader, 2, 1);
        leader.Grants.Clear();
        leader.Node.RequestRead(2);
        leader.Take();
        Assert.Equal((Leases.ElectionTicksMin - Leases.LeaseMarginTicks - 3) * RaftOptions.TickMicros, Assert.Single(leader.Grants).LeaseMicros);
    }

    [Fact]
    public void A_lease_ends_and_then_a_round_is_needed()
    {
        LoneNode leader = LeadingCommitted(options: Leases);
        Answer(leader, 2, Round(leader, 1));
        leader.Tick(Leases.ElectionTicksMin - Leases.LeaseMarginTicks);
        leader.Grants.Clear();
        Round(leader, 2);
        Assert.Empty(leader.Grants);
    }

    [Fact]
    public void A_lease_ends_in_a_pause_of_which_no_ticks_are_counted()
    {
        LoneNode leader = LeadingCommitted(options: Leases);
        Answer(leader, 2, Round(leader, 1));
        leader.Clock.Advance(0, leader.Clock.Micros + ((Leases.ElectionTicksMin - Leases.LeaseMarginTicks) * RaftOptions.TickMicros));
        leader.Grants.Clear();
        Round(leader, 2);
        Assert.Empty(leader.Grants);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_keeps_leases_elects_nobody_right_after_its_start(bool keepsLeases)
    {
        var node = new LoneNode(options: new RaftOptions { KeepsLeases = keepsLeases });
        node.Step(Message.Vote(Id(2), Id(1), new(2), At(1, 1), transfer: false));
        Assert.Equal(keepsLeases ? 0 : 1, node.SentOf(MessageKind.VoteResponse).Count());
        node.Tick(new RaftOptions().ElectionTicksMin);
        node.Sent.Clear();
        node.Step(Message.Vote(Id(2), Id(1), new(node.Node.Term.Value + 1), At(1, 1), transfer: false));
        Assert.False(Assert.Single(node.SentOf(MessageKind.VoteResponse)).Reject);
    }

    [Fact]
    public void A_lease_in_use_is_renewed_before_it_ends()
    {
        LoneNode leader = LeadingCommitted(options: Leases);
        Answer(leader, 2, Round(leader, 1));
        for (ulong i = 2; i < 40; i++)
        {
            leader.Tick(3);
            leader.Grants.Clear();
            leader.Node.RequestRead(i);
            leader.Run();
            Assert.True(Assert.Single(leader.Grants).LeaseMicros > 0);
            Answer(leader, 2, leader.SentOf(MessageKind.Heartbeat).Last().Round);
        }
    }

    [Fact]
    public void A_transfer_ends_the_lease_for_the_rest_of_the_term()
    {
        LoneNode leader = LeadingCommitted(options: Leases);
        Answer(leader, 2, Round(leader, 1));
        leader.Node.TransferLeadership(Id(2));
        for (int i = 0; i < Leases.ElectionTicksMax; i++)
        {
            leader.Tick();
            Answer(leader, 2, 1);
        }

        Assert.Null(leader.Node.TransferTarget);
        leader.Grants.Clear();
        Answer(leader, 2, Round(leader, 2));
        Assert.Single(leader.Grants);
        leader.Grants.Clear();
        Round(leader, 3);
        Assert.Empty(leader.Grants);
    }

    private static ulong Round(LoneNode leader, ulong context)
    {
        leader.Node.RequestRead(context);
        leader.Run();
        return leader.SentOf(MessageKind.Heartbeat).Last().Round;
    }

    private static void Answer(LoneNode leader, int peer, ulong round) =>
        leader.Step(Message.HeartbeatResponse(Id(peer), Id(1), leader.Node.Term, round));
}
