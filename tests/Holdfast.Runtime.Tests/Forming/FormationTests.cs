using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Forming;

public sealed class FormationTests : IDisposable
{
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Nodes_that_hear_from_each_other_form_one_cluster()
    {
        Start(0);
        Start(1);
        Start(2);

        _cluster.Until(() => _cluster.HasLeaders(4));

        Assert.Single(_cluster.Nodes.Select(node => node.Engine.View.Current.Id).Distinct());
    }

    [Fact]
    public void While_one_of_the_nodes_is_missing_nothing_is_formed()
    {
        Start(0);
        Start(1);
        _cluster.Steps(3000);

        Assert.All(_cluster.Nodes, node => Assert.Equal(0, node.Engine.PartitionCount));

        Start(2);
        _cluster.Until(() => _cluster.HasLeaders(4));
    }

    [Fact]
    public void Two_nodes_of_one_id_are_both_named()
    {
        Start(0);
        Start(1);
        _cluster.Start(2, _cluster.Options(2, 3, 4) with { Self = new(1) });

        NodeStoppedException stopped = Assert.Throws<NodeStoppedException>(() => _cluster.Steps(1000));
        Assert.Contains("node1:1", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("node2:1", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("both have id 1", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_that_disagree_on_the_cluster_say_what_each_wants()
    {
        Start(0);
        Start(1);
        _cluster.Start(2, _cluster.Options(2, 3, 8));

        NodeStoppedException stopped = Assert.Throws<NodeStoppedException>(() => _cluster.Steps(1000));
        Assert.Contains("4 partitions", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("8 partitions", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(150)]
    [InlineData(400)]
    public void A_node_that_crashes_in_the_middle_of_formation_joins_in_after_its_restart(int steps)
    {
        Start(0);
        Start(1);
        Start(2);
        _cluster.Steps(steps);
        _cluster.Crash(1);
        _cluster.Steps(500);
        _cluster.Restart(1);

        _cluster.Until(() => _cluster.HasLeaders(4));
        Assert.Single(_cluster.Nodes.Select(node => node.Engine.View.Current.Id).Distinct());
    }

    [Fact]
    public void A_node_whose_directory_was_wiped_is_refused()
    {
        Start(0);
        Start(1);
        Start(2);
        _cluster.Until(() => _cluster.HasLeaders(4));
        _cluster.Crash(1);
        _cluster.Wipe(1);
        _cluster.Restart(1);

        NodeStoppedException stopped = Assert.Throws<NodeStoppedException>(() => _cluster.Steps(1000));
        Assert.Contains("data of node 1 is gone", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_not_used_by_a_node_of_another_id()
    {
        Start(0);
        _cluster.Steps(10);
        _cluster.Crash(0);

        NodeStoppedException stopped = Assert.Throws<NodeStoppedException>(
            () => _cluster.Start(0, _cluster.Options(0, 3, 4) with { Self = new(7) }));
        Assert.Contains("belongs to node 0", stopped.Message, StringComparison.Ordinal);
    }

    private void Start(uint id) => _cluster.Start(id, _cluster.Options(id, 3, 4));
}
