using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Server;

/// <summary>The cluster in the forms of Redis 7.0: CLUSTER SLOTS, SHARDS, NODES and INFO.</summary>
internal static class ClusterReplies
{
    private const int AllSlots = 16384;

    /// <summary>One element of CLUSTER SLOTS: a range, and its master before its replicas.</summary>
    public static void WriteSlots(RespWriter writer, SlotSpan span, IReadOnlyList<RedisNode> nodes)
    {
        writer.Array(2 + nodes.Count);
        writer.Integer(span.First);
        writer.Integer(span.Last);
        foreach (RedisNode node in nodes)
        {
            writer.Array(4);
            writer.Bulk(node.Host);
            writer.Integer(node.Port);
            writer.Bulk(node.Name);
            writer.Map(0);
        }
    }

    /// <summary>One element of CLUSTER SHARDS.</summary>
    public static void WriteShard(RespWriter writer, RedisShard shard)
    {
        writer.Map(2);
        writer.Bulk("slots"u8);
        writer.Array(shard.Slots.Count * 2);
        foreach (SlotSpan span in shard.Slots)
        {
            writer.Integer(span.First);
            writer.Integer(span.Last);
        }

        RedisNode[] nodes = shard.Master is { } master ? [master, .. shard.Replicas] : [.. shard.Replicas];
        writer.Bulk("nodes"u8);
        writer.Array(nodes.Length);
        foreach (RedisNode node in nodes)
        {
            WriteNode(writer, shard, node);
        }
    }

    /// <summary>The lines of CLUSTER NODES. A node that leads anything is a master: that it follows elsewhere has no form here.</summary>
    public static string NodesOf(RedisCluster cluster, long unixMs)
    {
        StringBuilder text = new();
        foreach (RedisNode node in cluster.Nodes)
        {
            bool isDown = node.View.State == NodeState.Down;
            RedisNode? master = cluster.Nodes.FirstOrDefault(other => cluster.ServedBy(other).Any() && cluster.ReplicasOf(other).Contains(node));
            string flags = (node == cluster.Self ? "myself," : "") + (master is null ? "master" : "slave") + (isDown ? ",fail" : "");
            long heard = node != cluster.Self && node.View.LastSeenMs is { } ago ? unixMs - ago : 0;
            ulong epoch = EpochOf(cluster.ServedBy(master ?? node));
            text.Append(
                CultureInfo.InvariantCulture,
                $"{node.Name} {node.Host}:{node.Port}@{node.BusPort} {flags} {master?.Name ?? "-"} 0 {heard} {epoch} {(isDown ? "disconnected" : "connected")}");
            foreach (SlotSpan span in cluster.SlotsOf(node))
            {
                text.Append(CultureInfo.InvariantCulture, $" {span.First}");
                text.Append(span.Last > span.First ? string.Create(CultureInfo.InvariantCulture, $"-{span.Last}") : "");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The lines of CLUSTER INFO. Terms are what grows here with each new leader, as epochs do in Redis.</summary>
    public static string InfoOf(RedisCluster cluster)
    {
        int served = cluster.Shards.Where(shard => shard.IsServed).Sum(SlotsOf);
        StringBuilder text = new();
        (string Name, object Value)[] lines =
        [
            ("state", served == AllSlots ? "ok" : "fail"),
            ("slots_assigned", cluster.Shards.Sum(SlotsOf)),
            ("slots_ok", served),
            ("slots_pfail", 0),
            ("slots_fail", cluster.Shards.Where(shard => !shard.IsServed).Sum(SlotsOf)),
            ("known_nodes", cluster.Nodes.Count),
            ("size", cluster.Shards.Select(shard => shard.Master).OfType<RedisNode>().Distinct().Count()),
            ("current_epoch", EpochOf(cluster.Shards)),
            ("my_epoch", EpochOf(cluster.ServedBy(cluster.Self))),
            ("stats_messages_sent", 0),
            ("stats_messages_received", 0),
        ];
        foreach ((string name, object value) in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"cluster_{name}:{value}\r\n");
        }

        return text.Append("total_cluster_links_buffer_limit_exceeded:0\r\n").ToString();
    }

    private static void WriteNode(RespWriter writer, RedisShard shard, RedisNode node)
    {
        ReplicaView[] replicas = [.. shard.Partitions.SelectMany(partition => partition.Replicas).Where(replica => replica.Node == node.View.Id)];
        writer.Map(7);
        writer.Bulk("id"u8);
        writer.Bulk(node.Name);
        writer.Bulk("port"u8);
        writer.Integer(node.Port);
        writer.Bulk("ip"u8);
        writer.Bulk(node.Host);
        writer.Bulk("endpoint"u8);
        writer.Bulk(node.Host);
        writer.Bulk("role"u8);
        writer.Bulk(node == shard.Master ? "master"u8 : "replica"u8);
        writer.Bulk("replication-offset"u8);
        writer.Integer(replicas.Sum(replica => (long)replica.Applied));
        writer.Bulk("health"u8);
        writer.Bulk(
            node.View.State == NodeState.Down ? "fail"u8
            : Array.Exists(replicas, replica => replica.State == ReplicaState.CatchingUp) ? "loading"u8
            : "online"u8);
    }

    private static int SlotsOf(RedisShard shard) => shard.Slots.Sum(span => span.Last - span.First + 1);

    private static ulong EpochOf(IEnumerable<RedisShard> shards) =>
        shards.SelectMany(shard => shard.Partitions).Select(partition => partition.Term).DefaultIfEmpty().Max();
}
