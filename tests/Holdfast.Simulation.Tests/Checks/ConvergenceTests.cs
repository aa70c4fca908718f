using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class ConvergenceTests
{
    private readonly ScriptedWorld _world = new();

    [Fact]
    public void Replicas_with_one_leader_and_one_state_have_converged()
    {
        Show(0, GroupRole.Leader);
        Show(1, GroupRole.Follower);
        Show(2, GroupRole.Learner);

        Assert.Null(Convergence.Missing(_world.World));
    }

    [Fact]
    public void A_group_without_a_leader_has_not_converged()
    {
        Show(0, GroupRole.Follower);

        Assert.Equal("group 7 has no leader", Convergence.Missing(_world.World));
    }

    [Fact]
    public void A_replica_behind_or_different_has_not_converged()
    {
        Show(0, GroupRole.Leader);
        Show(1, GroupRole.Follower, applied: 4);
        Assert.Contains("n1 has", Convergence.Missing(_world.World));

        Show(1, GroupRole.Follower, hash: 2);
        Assert.Contains("n1 has", Convergence.Missing(_world.World));
    }

    [Fact]
    public void A_node_that_is_down_has_not_converged_unless_its_data_was_wiped()
    {
        Show(0, GroupRole.Leader);
        _world.World.Hosts[2].Crash();
        Assert.Equal("n2 is down", Convergence.Missing(_world.World));

        _world.World.Hosts[2].IsLost = true;
        Assert.Null(Convergence.Missing(_world.World));
    }

    private void Show(int node, GroupRole role, ulong applied = 5, ulong hash = 1)
    {
        _world[node].Groups.Clear();
        _world[node].Groups.Add(new GroupFacts(
            new GroupId(7), new ReplicaId(new NodeId((uint)node), 0), role, new Term(1), new LogIndex(5), new LogIndex(applied), new LogIndex(applied), hash));
    }
}
