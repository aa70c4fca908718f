using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Resp.Server;

/// <summary>Some slots, both ends included.</summary>
internal readonly record struct SlotSpan(int First, int Last)
{
    /// <summary>The slots of partitions that are in order, neighbours joined.</summary>
    public static IReadOnlyList<SlotSpan> Join(IEnumerable<PartitionView> partitions)
    {
        List<SlotSpan> spans = [];
        foreach (PartitionView partition in partitions)
        {
            if (spans.Count > 0 && spans[^1].Last + 1 == partition.FirstSlot)
            {
                spans[^1] = spans[^1] with { Last = partition.LastSlot };
            }
            else
            {
                spans.Add(new SlotSpan(partition.FirstSlot, partition.LastSlot));
            }
        }

        return spans;
    }
}

/// <summary>The partitions that one node leads and the same other nodes follow; or that nobody is known to lead.</summary>
/// <param name="Master">The node that serves them; null when none is known to.</param>
/// <param name="Replicas">The other nodes that hold them, by id.</param>
/// <param name="Partitions">The partitions, by id.</param>
internal sealed record RedisShard(RedisNode? Master, IReadOnlyList<RedisNode> Replicas, IReadOnlyList<PartitionView> Partitions)
{
    /// <summary>Their slots, neighbours joined.</summary>
    public IReadOnlyList<SlotSpan> Slots => SlotSpan.Join(Partitions);

    /// <summary>Whether its slots are served: by a node that was heard from lately.</summary>
    public bool IsServed => Master is { View.State: not NodeState.Down };
}

/// <summary>
/// The cluster in the terms of Redis Cluster: leaders as they are now, the rest as last heard. A leader without a cluster port
/// can't be named to clients: this node stands for it, and forwards. Immutable.
/// </summary>
internal sealed class RedisCluster
{
    /// <summary>The cluster as a node sees it.</summary>
    public RedisCluster(RedisNodes nodes, RedisNode self, IRouteMap routes)
    {
        Self = self;
        Nodes = [.. nodes.All.Where(node => node.Port > 0 && node.View.State != NodeState.Removed)];
        Shards = ShardsOf(nodes, self, routes);
    }

    /// <summary>This node.</summary>
    public RedisNode Self { get; }

    /// <summary>The nodes with a cluster port, by id.</summary>
    public IReadOnlyList<RedisNode> Nodes { get; }

    /// <summary>The shards, by their first slot.</summary>
    public IReadOnlyList<RedisShard> Shards { get; }

    /// <summary>
    /// The shards that a node serves. This one takes those without a known leader too: it waits for one, and a slot that were missing
    /// for the time of an election would be missing in a client's map (node-redis) for ever.
    /// </summary>
    public IEnumerable<RedisShard> ServedBy(RedisNode node) => Shards.Where(shard => (shard.Master ?? Self) == node);

    /// <summary>The slots that a node serves, neighbours joined.</summary>
    public IReadOnlyList<SlotSpan> SlotsOf(RedisNode node) =>
        SlotSpan.Join(ServedBy(node).SelectMany(shard => shard.Partitions).OrderBy(partition => partition.Id));

    /// <summary>
    /// The replicas of a node in the sense of Redis, where a node is a master or the replica of one: those that serve nothing and hold
    /// all that it serves. Clients (redis-py, node-redis) keep one role for a node, and ask masters alone when a command concerns all
    /// keys: they would leave out a leader that they took for a replica.
    /// </summary>
    public IEnumerable<RedisNode> ReplicasOf(RedisNode master) => Nodes.Where(node =>
        node.View.State != NodeState.Down
        && !ServedBy(node).Any()
        && ServedBy(master).All(shard => shard.Replicas.Contains(node)));

    private static List<RedisShard> ShardsOf(RedisNodes nodes, RedisNode self, IRouteMap routes)
    {
        List<RedisShard> shards = [];
        foreach (PartitionView partition in nodes.View.Partitions)
        {
            RedisNode? master = MasterOf(partition, nodes, self, routes);
            RedisNode[] replicas =
            [
                .. partition.Replicas.Select(replica => nodes.Find(replica.Node)).OfType<RedisNode>()
                    .Where(node => node != master && node.Port > 0).OrderBy(node => node.View.Id),
            ];
            int known = shards.FindIndex(shard => shard.Master == master && shard.Replicas.SequenceEqual(replicas));
            if (known < 0)
            {
                shards.Add(new RedisShard(master, replicas, [partition]));
            }
            else
            {
                shards[known] = shards[known] with { Partitions = [.. shards[known].Partitions, partition] };
            }
        }

        return shards;
    }

    private static RedisNode? MasterOf(PartitionView partition, RedisNodes nodes, RedisNode self, IRouteMap routes) =>
        routes.LeaderOf(new PartitionId(partition.Id)) is not { } leader ? null
        : nodes.Find(leader.Value) is { Port: > 0 } node ? node
        : self;
}
