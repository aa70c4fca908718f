using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;

namespace Holdfast.Runtime.Tests.Routing;

public sealed class RoutingTableTests
{
    private static readonly PartitionId Partition = new(0);
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private static readonly NodeId C = new(3);

    private readonly RoutingTable _table = new(_ => { });

    public RoutingTableTests() => _table.SetMap([[A, B, C]], PartitionBy.Key, 100);

    [Fact]
    public void Who_is_said_to_lead_is_asked()
    {
        _table.Hint(Partition, B);
        Assert.Equal((B, B), (_table.NodeToAsk(Partition), _table.LeaderOf(Partition)));
    }

    [Fact]
    public void Without_a_known_leader_the_replicas_are_asked_in_turn_and_none_is_taken_for_the_leader()
    {
        foreach (NodeId node in (NodeId[])[A, B, C, A])
        {
            Assert.Equal(node, _table.NodeToAsk(Partition));
            Assert.Null(_table.LeaderOf(Partition));
            Assert.False(_table.Refused(Partition, node, named: null));
        }
    }

    [Fact]
    public void Many_refusals_of_one_node_pass_over_it_alone()
    {
        _table.Refused(Partition, A, named: null);
        _table.Refused(Partition, A, named: null);
        Assert.Equal(B, _table.NodeToAsk(Partition));
    }

    [Fact]
    public void A_late_refusal_does_not_wipe_what_is_known_since()
    {
        _table.Hint(Partition, C);
        Assert.False(_table.Refused(Partition, A, named: null));
        Assert.Equal(C, _table.NodeToAsk(Partition));
    }

    [Fact]
    public void A_node_that_is_named_is_asked_at_once()
    {
        Assert.True(_table.Refused(Partition, A, named: C));
        Assert.True(_table.Refused(Partition, A, named: C));
        Assert.Equal(C, _table.NodeToAsk(Partition));
    }

    [Fact]
    public void Two_nodes_that_name_each_other_are_not_asked_in_a_circle()
    {
        int atOnce = 0;
        while (_table.Refused(Partition, A, named: B) && _table.Refused(Partition, B, named: A))
        {
            Assert.True(++atOnce < 10, "requests go to and fro without end");
        }

        _table.AllowRedirects();
        Assert.True(_table.Refused(Partition, A, named: B));
    }
}
