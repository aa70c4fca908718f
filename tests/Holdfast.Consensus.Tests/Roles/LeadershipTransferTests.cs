using Holdfast.Consensus.Tests.Harness;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Roles;

/// <summary>Ongaro §3.10.</summary>
public sealed class LeadershipTransferTests
{
    [Fact]
    public void Leadership_moves_without_waiting_for_a_timeout()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        Assert.True(cluster[1].Node.TransferLeadership(Id(3)));
        cluster.Settle();
        Assert.Equal(RoleKind.Leader, cluster[3].Node.Role);
        Assert.Equal(Id(3), cluster[1].Node.Leader);
    }

    [Fact]
    public void The_target_gets_the_whole_log_first()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.Propose("x"u8, out _);
        Assert.True(leader.Node.TransferLeadership(Id(2)));
        leader.Run();
        Assert.Empty(leader.SentOf(MessageKind.TimeoutNow));
        leader.Confirm(2);
        Assert.Equal(Id(2), Assert.Single(leader.SentOf(MessageKind.TimeoutNow)).To);
    }

    [Fact]
    public void Proposals_wait_while_it_lasts()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.TransferLeadership(Id(2));
        Assert.Equal(Id(2), leader.Node.TransferTarget);
        Assert.Equal(ProposeResult.Transferring, leader.Node.Propose("x"u8, out _));
        var change = new ConfigurationChange { Expected = leader.Node.ConfigurationIndex, Remove = [Id(3)] };
        Assert.Equal(ProposeResult.Transferring, leader.Node.ProposeConfiguration(change, out _));
    }

    [Fact]
    public void Only_another_voter_is_a_target_and_only_one_at_a_time()
    {
        LoneNode leader = LeadingCommitted();
        Assert.False(leader.Node.TransferLeadership(Id(1)));
        Assert.False(leader.Node.TransferLeadership(Id(9)));
        Assert.True(leader.Node.TransferLeadership(Id(2)));
        Assert.True(leader.Node.TransferLeadership(Id(2)));
        Assert.False(leader.Node.TransferLeadership(Id(3)));
        Assert.False(new LoneNode().Node.TransferLeadership(Id(2)));
    }

    /// <summary>hashicorp/raft#696: a transfer that fails must not leave a leader that refuses all.</summary>
    [Fact]
    public void A_transfer_that_fails_ends_after_an_election_timeout_and_proposals_are_taken_again()
    {
        var options = new RaftOptions();
        var cluster = new SimulatedCluster(3, options);
        cluster.Elect(1);
        cluster.Loses = message => message.Kind == MessageKind.TimeoutNow;
        cluster[1].Node.TransferLeadership(Id(2));
        cluster.Tick(options.ElectionTicksMax - 1);
        Assert.Equal(ProposeResult.Transferring, cluster[1].Node.Propose("x"u8, out _));
        cluster.Tick();
        Assert.Equal(ProposeResult.Accepted, cluster[1].Node.Propose("x"u8, out _));
    }

    /// <summary>hashicorp/raft#696, the other half: who is elected again starts afresh.</summary>
    [Fact]
    public void A_leader_that_is_elected_again_after_an_interrupted_transfer_takes_proposals()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Loses = message => message.Kind == MessageKind.TimeoutNow;
        cluster[1].Node.TransferLeadership(Id(2));
        cluster.Settle();
        cluster[1].Node.Step(Message.AppendRefused(Id(3), Id(1), cluster[1].Node.Term.Next, default, default, default));
        Assert.Equal(RoleKind.Follower, cluster[1].Node.Role);
        cluster.Loses = message => message.Kind == MessageKind.PreVote && message.From != Id(1);
        cluster.TickUntil(() => cluster[1].Node.Role == RoleKind.Leader);
        Assert.Equal(ProposeResult.Accepted, cluster[1].Node.Propose("x"u8, out EntryId id));
        cluster.TickUntil(() => cluster.All.All(replica => replica.Node.Applied == id.Index));
    }

    [Fact]
    public void A_lost_request_to_take_over_is_repeated()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Loses = message => message.Kind == MessageKind.TimeoutNow;
        cluster[1].Node.TransferLeadership(Id(2));
        cluster.Settle();
        cluster.Heal();
        cluster.TickUntil(() => cluster[2].Node.Role == RoleKind.Leader, limit: 10);
    }

    [Fact]
    public void A_transfer_to_a_voter_that_is_removed_ends()
    {
        LoneNode leader = LeadingCommitted();
        var change = new ConfigurationChange { Expected = leader.Node.ConfigurationIndex, AddVoters = [Id(4)], Remove = [Id(3)] };
        Assert.Equal(ProposeResult.Accepted, leader.Node.ProposeConfiguration(change, out _));
        leader.Run();
        Assert.True(leader.Node.TransferLeadership(Id(2)));
        Assert.False(leader.Node.TransferLeadership(Id(3)));
    }
}
