using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Membership;

/// <summary>Ongaro chapter 4.</summary>
public sealed class MembershipChangeTests
{
    [Fact]
    public void A_configuration_is_in_force_when_it_is_in_the_log()
    {
        LoneNode leader = LeadingCommitted();
        Change(leader.Node, add: 4);
        Assert.Equal("voters=(1 2 3 4)", leader.Node.Configuration.ToString());
        Assert.Equal(leader.Node.LastIndex, leader.Node.ConfigurationIndex);
        leader.Run();
        leader.Step(Message.AppendAccepted(Id(2), Id(1), leader.Node.Term, leader.Node.LastIndex, default));
        Assert.True(leader.Node.Commit < leader.Node.LastIndex, "two of four are no majority");
    }

    [Fact]
    public void A_configuration_whose_entry_is_overwritten_is_no_longer_in_force()
    {
        var follower = new LoneNode();
        var entry = new Entry(At(1, 1), EntryKind.Configuration, new Configuration([Id(2)]).Encode());
        follower.Step(Message.Append(Id(2), Id(1), new(1), default, default, new[] { entry }));
        Assert.Equal("voters=(2)", follower.Node.Configuration.ToString());
        follower.Step(Message.Append(Id(3), Id(1), new(2), default, default, new[] { Command(2, 1) }));
        Assert.Equal("voters=(1 2 3)", follower.Node.Configuration.ToString());
        Assert.Equal(LogIndex.Zero, follower.Node.ConfigurationIndex);
    }

    [Fact]
    public void A_change_is_made_only_of_the_configuration_that_was_seen()
    {
        LoneNode leader = LeadingCommitted();
        var change = new ConfigurationChange { Expected = new(7), AddVoters = [Id(4)] };
        Assert.Equal(ProposeResult.ConfigurationMismatch, leader.Node.ProposeConfiguration(change, out _));
    }

    [Fact]
    public void One_change_at_a_time()
    {
        LoneNode leader = LeadingCommitted();
        Change(leader.Node, add: 4);
        var second = new ConfigurationChange { Expected = leader.Node.ConfigurationIndex, AddVoters = [Id(5)] };
        Assert.Equal(ProposeResult.ConfigurationChanging, leader.Node.ProposeConfiguration(second, out _));
    }

    /// <summary>The erratum to Ongaro §4.1.</summary>
    [Fact]
    public void No_change_before_the_leader_has_committed_an_entry_of_its_term()
    {
        LoneNode leader = Leading();
        var change = new ConfigurationChange { Expected = LogIndex.Zero, AddVoters = [Id(4)] };
        Assert.Equal(ProposeResult.ConfigurationChanging, leader.Node.ProposeConfiguration(change, out _));
    }

    [Fact]
    public void A_follower_proposes_nothing()
    {
        var change = new ConfigurationChange { Expected = LogIndex.Zero, AddVoters = [Id(4)] };
        Assert.Equal(ProposeResult.NotLeader, new LoneNode().Node.ProposeConfiguration(change, out _));
        Assert.Equal(ProposeResult.NotLeader, new LoneNode().Node.Propose("x"u8, out _));
    }

    /// <summary>Ongaro §4.3.</summary>
    [Fact]
    public void A_joint_configuration_needs_both_majorities_and_is_left_by_itself()
    {
        LoneNode leader = LeadingCommitted();
        Change(leader.Node, add: 4, remove: 3);
        leader.Run();
        Assert.True(leader.Node.Configuration.IsJoint);
        LogIndex joint = leader.Node.ConfigurationIndex;

        leader.Step(Message.AppendAccepted(Id(3), Id(1), leader.Node.Term, joint, default));
        Assert.True(leader.Node.Commit < joint, "the new voters 1 2 4 have no majority yet");
        leader.Step(Message.AppendAccepted(Id(4), Id(1), leader.Node.Term, joint, default));
        Assert.Equal(joint, leader.Node.Commit);
        Assert.Equal("voters=(1 2 4)", leader.Node.Configuration.ToString());
        Assert.Equal(joint.Next, leader.Node.ConfigurationIndex);
    }

    [Fact]
    public void A_new_leader_leaves_the_joint_configuration_that_an_earlier_one_entered()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Add(Id(4), Configuration.None);
        cluster.Loses = message => message.ToString().Contains("voters=(1 2 4)]", StringComparison.Ordinal);
        Change(cluster[1].Node, add: 4, remove: 3);
        cluster.Settle();
        cluster[1].Crash();
        cluster.Heal();
        cluster.TickUntil(() =>
            cluster.Leader is { Node: { Configuration.IsJoint: false } leader } && leader.Commit == leader.LastIndex);
        Assert.Equal("voters=(1 2 4)", cluster.Leader!.Node.Configuration.ToString());
    }

    [Fact]
    public void A_learner_gets_the_log_does_not_count_and_is_promoted()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        leader.Propose("x"u8, out _);
        cluster.Add(Id(4), Configuration.None);
        var learn = new ConfigurationChange { Expected = leader.ConfigurationIndex, AddLearners = [Id(4)] };
        Assert.Equal(ProposeResult.Accepted, leader.ProposeConfiguration(learn, out _));
        cluster.TickUntil(() => cluster[4].Node.Applied == leader.LastIndex);
        Assert.Contains("learner", leader.Progress[3].ToString(), StringComparison.Ordinal);

        cluster.Isolate(2, 3);
        leader.Propose("y"u8, out EntryId id);
        cluster.Settle();
        Assert.True(leader.Commit < id.Index, "leader and learner are no majority");
        cluster.Heal();
        cluster.TickUntil(() => leader.Commit == id.Index);
        Change(leader, add: 4);
        cluster.TickUntil(() => leader.Commit == leader.LastIndex);
        Assert.Equal("voters=(1 2 3 4)", cluster[4].Node.Configuration.ToString());
    }

    /// <summary>Ongaro §4.2.2.</summary>
    [Fact]
    public void A_removed_leader_leads_until_its_removal_is_committed_then_another_takes_over_at_once()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        Change(leader, remove: 1);
        Assert.Equal(RoleKind.Leader, leader.Role);
        cluster.Settle();
        Assert.Equal(RoleKind.Follower, leader.Role);
        Assert.Contains(cluster.All, replica => replica.Node.Role == RoleKind.Leader);
        cluster.Tick(500);
        Assert.Equal(RoleKind.Follower, leader.Role);
    }

    /// <summary>Ongaro §4.2.2: it may be the only one that holds the change.</summary>
    [Fact]
    public void A_replica_that_an_uncommitted_configuration_leaves_out_may_still_lead_to_finish_it()
    {
        var cluster = new SimulatedCluster(2);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Loses = message => message.Kind == MessageKind.Append;
        Change(leader, remove: 1);
        cluster.Settle();
        cluster[1].Crash();
        cluster[1].Restart();
        cluster.Heal();
        cluster.TickUntil(() => cluster[2].Node is { Role: RoleKind.Leader } second && second.Configuration.Voters.Count == 1);
        Assert.Equal("voters=(2)", cluster[2].Node.Configuration.ToString());
    }

    /// <summary>Ongaro §4.2.3.</summary>
    [Fact]
    public void A_removed_replica_that_does_not_know_it_disturbs_nobody()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Isolate(3);
        Change(leader, remove: 3);
        cluster.Settle();
        cluster.Heal();
        cluster.Tick(500);
        Assert.Equal((RoleKind.Leader, new Term(1)), (leader.Role, leader.Term));
    }

    [Fact]
    public void A_group_shrinks_to_one_and_grows_again()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Isolate(1);
        Assert.Equal(RoleKind.Leader, leader.Role);
        cluster.Heal();
        Change(leader, remove: 3);
        cluster.Settle();
        Change(leader, remove: 2);
        cluster.Settle();
        Assert.Equal("voters=(1)", leader.Configuration.ToString());
        cluster.Add(Id(4), Configuration.None);
        Change(leader, add: 4);
        cluster.TickUntil(() => cluster[4].Node.Commit == leader.LastIndex);
        Assert.Equal("voters=(1 4)", cluster[4].Node.Configuration.ToString());
    }

    private static void Change(RaftNode leader, int? add = null, int? remove = null)
    {
        var change = new ConfigurationChange
        {
            Expected = leader.ConfigurationIndex,
            AddVoters = add is { } added ? [Id(added)] : [],
            Remove = remove is { } removed ? [Id(removed)] : [],
        };
        Assert.Equal(ProposeResult.Accepted, leader.ProposeConfiguration(change, out _));
    }
}
