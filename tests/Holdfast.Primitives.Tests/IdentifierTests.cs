namespace Holdfast.Primitives.Tests;

public class IdentifierTests
{
    [Fact]
    public void A_replica_is_its_node_and_generation()
    {
        var replica = new ReplicaId(new NodeId(7), 3);

        Assert.Equal(0x0000000700000003UL, replica.Value);
        Assert.Equal(new NodeId(7), replica.Node);
        Assert.Equal(3U, replica.Generation);
        Assert.Equal("7.3", replica.ToString());
        Assert.Equal("7", new ReplicaId(new NodeId(7), 0).ToString());
    }

    [Fact]
    public void The_largest_node_and_generation_fit_a_replica()
    {
        var replica = new ReplicaId(new NodeId(uint.MaxValue), uint.MaxValue);

        Assert.Equal(uint.MaxValue, replica.Node.Value);
        Assert.Equal(uint.MaxValue, replica.Generation);
    }

    [Fact]
    public void A_partitions_group_leads_back_to_it()
    {
        Assert.Equal(new GroupId(1), new PartitionId(0).Group);
        Assert.Equal(new PartitionId(0), new GroupId(1).Partition);
        Assert.False(new GroupId(1).IsSystem);
    }

    [Fact]
    public void The_system_group_has_no_partition()
    {
        Assert.True(GroupId.System.IsSystem);
        Assert.Throws<InvariantViolationException>(() => GroupId.System.Partition);
    }

    [Fact]
    public void Indexes_count_from_one()
    {
        Assert.Equal(new LogIndex(1), LogIndex.Zero.Next);
        Assert.Equal(LogIndex.Zero, new LogIndex(1).Previous);
        Assert.Equal(3UL, new LogIndex(7) - new LogIndex(4));
        Assert.Equal(new LogIndex(7), new LogIndex(4) + 3);
        Assert.Throws<InvariantViolationException>(() => LogIndex.Zero.Previous);
        Assert.Throws<InvariantViolationException>(() => new LogIndex(4) - new LogIndex(7));
    }

    [Fact]
    public void Order_is_that_of_unsigned_numbers()
    {
        Assert.True(new Term(ulong.MaxValue) > new Term(1));
        Assert.True(new NodeId(uint.MaxValue) > new NodeId(1));
        Assert.True(new ReplicaId(new NodeId(2), 0) > new ReplicaId(new NodeId(1), uint.MaxValue));
        Assert.Equal(new LogIndex(4), LogIndex.Min(new LogIndex(4), new LogIndex(ulong.MaxValue)));
        Assert.Equal(new LogIndex(ulong.MaxValue), LogIndex.Max(new LogIndex(4), new LogIndex(ulong.MaxValue)));
        Assert.True(new Revision(ulong.MaxValue) >= new Revision(1));
    }
}
