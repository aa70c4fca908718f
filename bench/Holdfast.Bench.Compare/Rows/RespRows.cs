using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Systems;

namespace Holdfast.Bench.Compare.Rows;

/// <summary>SET and GET through redis-benchmark, beside redis-server.</summary>
internal static class RespRows
{
    private static readonly LoadShape[] Shapes =
    [
        new(Operation.Set, 1),
        new(Operation.Set, 64),
        new(Operation.Set, 256),
        new(Operation.Set, 64, 16),
        new(Operation.Get, 1),
        new(Operation.Get, 64),
        new(Operation.Get, 64, 16),
    ];

    public static IEnumerable<RowTitle> Titles(Section section) => Shapes.Select(shape => new RowTitle(section, shape));

    /// <summary>Against one node, another one each run.</summary>
    public static Row Plain(RowTitle title, HoldfastCluster holdfast, RedisServer redis, int keys) => new(
        title,
        [OneNode(holdfast, keys)],
        new Contestant(redis.Name, redis, _ => new RedisBenchmark(redis.Ports[0], RedisClients.Plain, keys)));

    /// <summary>The cluster's clients need a thread for each node; so the peer's have as many.</summary>
    public static Row Cluster(RowTitle title, HoldfastCluster holdfast, RedisServer redis, int keys) => new(
        title,
        [AllNodes(holdfast, keys)],
        new Contestant(redis.Name, redis, _ => new RedisBenchmark(redis.Ports[0], RedisClients.PlainThreads, keys)));

    /// <summary>Redis clients that know the cluster, and ask each key's leader.</summary>
    public static Contestant AllNodes(HoldfastCluster holdfast, int keys, string? name = null) => new(
        name ?? holdfast.Name,
        holdfast,
        _ => new RedisBenchmark(holdfast.Ports[0] + FreePorts.ClusterOffset, RedisClients.Cluster, keys));

    /// <summary>A plain Redis client of one node, another one each run.</summary>
    public static Contestant OneNode(HoldfastCluster holdfast, int keys, string? name = null) => new(
        name ?? holdfast.Name,
        holdfast,
        run => new RedisBenchmark(holdfast.Ports[run % holdfast.Ports.Count], RedisClients.Plain, keys));
}
