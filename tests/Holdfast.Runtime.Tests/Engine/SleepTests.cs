using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.EngineLife;

/// <summary>An engine without anything to do sleeps, and what it does when it wakes costs little, however many groups it has.</summary>
public sealed class SleepTests
{
    private const int Partitions = 8;

    /// <summary>The election timeouts, and some more, in steps of the cluster.</summary>
    private const int Second = 1000;

    [Fact]
    public void Idle_nodes_that_are_woken_only_when_they_ask_to_be_keep_their_leaders()
    {
        using TestCluster cluster = TestCluster.Formed(nodes: 3, partitions: Partitions);
        cluster.Steps(15 * Second);
        uint?[] leaders = Leaders(cluster);
        cluster.SleepsWhenIdle = true;
        int before = cluster.Wakes;
        cluster.Steps(10 * Second);

        Assert.Equal(leaders, Leaders(cluster));
        Assert.InRange(cluster.Wakes - before, 1, 3 * 10 * 150);
    }

    [Fact]
    public void The_heartbeats_of_all_groups_between_two_nodes_share_a_frame()
    {
        using TestCluster cluster = TestCluster.Formed(nodes: 3, partitions: Partitions);
        cluster.Steps(15 * Second);
        cluster.Network.Sent.Clear();
        cluster.Steps(Second);

        // Six ways between three nodes, twenty heartbeats a second and as many answers, and a report.
        Assert.InRange(cluster.Network.Sent.Count(sent => sent.Lane == TransportLane.Liveness), 6 * 40, 6 * 44);
        Assert.DoesNotContain(cluster.Network.Sent, sent => sent.Lane == TransportLane.Entries);
    }

    [Fact]
    public void Sleeping_nodes_replace_a_leader_that_is_gone()
    {
        using TestCluster cluster = TestCluster.Formed(nodes: 3, partitions: Partitions);
        cluster.SleepsWhenIdle = true;
        cluster.Crash(0);
        cluster.Until(() => Leaders(cluster).All(leader => leader is not null and not 0));
    }

    private static uint?[] Leaders(TestCluster cluster) => [.. Enumerable.Range(0, Partitions).Select(cluster.LeaderOf)];
}
