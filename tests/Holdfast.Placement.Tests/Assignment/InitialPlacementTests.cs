using Holdfast.Primitives;

namespace Holdfast.Placement.Tests.Assignment;

public class InitialPlacementTests
{
    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 3, 3)]
    [InlineData(4, 5, 3)]
    [InlineData(9, 5, 5)]
    [InlineData(9, 4, 3)]
    public void Replicas_are_an_odd_number_that_the_nodes_can_carry(int nodes, int wished, int effective)
    {
        Assert.Equal(effective, InitialPlacement.EffectiveReplicas(nodes, wished));
        Assert.All(InitialPlacement.Of(Nodes(nodes), 7, wished), replicas => Assert.Equal(effective, replicas.Count));
    }

    [Fact]
    public void Replicas_and_leaders_are_level_within_one_for_every_size()
    {
        int[] partitionCounts = [.. Enumerable.Range(1, 40), 64, 100, 256];
        foreach (int wished in (int[])[1, 3, 5, 7])
        {
            for (int nodes = 1; nodes <= 24; nodes++)
            {
                foreach (int partitions in partitionCounts)
                {
                    AssertLevel(nodes, partitions, wished);
                }
            }
        }

        AssertLevel(nodes: 100, partitions: 1024, wished: 3);
    }

    [Fact]
    public void A_node_shares_partitions_with_nearly_all_others_when_there_are_enough()
    {
        IReadOnlyList<IReadOnlyList<NodeId>> placement = InitialPlacement.Of(Nodes(10), 64, 3);
        for (uint node = 0; node < 10; node++)
        {
            int partners = placement.Where(replicas => replicas.Contains(new NodeId(node))).SelectMany(r => r).Distinct().Count() - 1;
            Assert.Equal(9, partners);
        }
    }

    [Fact]
    public void The_same_nodes_give_the_same_placement()
    {
        Assert.Equal(
            ["0,1,2", "1,3,4", "2,0,3", "3,4,0", "4,2,1", "0,4,3", "1,3,2", "2,4,0"],
            InitialPlacement.Of(Nodes(5), 8, 3).Select(replicas => string.Join(',', replicas)));
    }

    [Fact]
    public void Nodes_out_of_order_are_refused() => Assert.Throws<InvariantViolationException>(
        () => InitialPlacement.Of([new NodeId(2), new NodeId(1)], 4, 3));

    private static void AssertLevel(int nodes, int partitions, int wished)
    {
        var load = new int[nodes];
        var leads = new int[nodes];
        foreach (IReadOnlyList<NodeId> replicas in InitialPlacement.Of(Nodes(nodes), partitions, wished))
        {
            Assert.Equal(replicas.Count, replicas.Distinct().Count());
            leads[replicas[0].Value]++;
            foreach (NodeId replica in replicas)
            {
                load[replica.Value]++;
            }
        }

        string size = $"{nodes} nodes, {partitions} partitions, {wished} replicas wished";
        Assert.True(load.Max() - load.Min() <= 1, $"replicas of {size}: {string.Join(' ', load)}");
        Assert.True(leads.Max() - leads.Min() <= 1, $"leaders of {size}: {string.Join(' ', leads)}");
    }

    private static NodeId[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(i => new NodeId((uint)i))];
}
