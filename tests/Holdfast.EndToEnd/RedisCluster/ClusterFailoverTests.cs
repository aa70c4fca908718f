using System.Diagnostics;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.RedisCluster;

/// <summary>Cluster-aware clients while nodes come and go.</summary>
public sealed class ClusterFailoverTests(ITestOutputHelper output)
{
    private const int Keys = 200;

    [FactNeedingNodeClients]
    public Task Ioredis_goes_on_when_a_leader_is_killed() => WritesTwiceAsync("ioredis", async cluster =>
    {
        await cluster[1].KillAsync();
        return [0, 2];
    });

    /// <summary>This client waits for a dead node until it is back, so its leaders are moved without an end of their nodes.</summary>
    [FactNeedingNodeClients]
    public Task Node_redis_follows_leaders_that_moved() => WritesTwiceAsync("redis", async cluster =>
    {
        await cluster[1].SignalAsync("STOP");
        await cluster.LedAsync(0, 2);
        await cluster[1].SignalAsync("CONT");
        return [0, 1, 2];
    });

    [FactNeeding("redis-cli")]
    public async Task A_node_keeps_its_redis_id_over_a_restart_and_is_found_at_the_port_that_it_has_then()
    {
        await using Cluster cluster = await RedisPorts.ReserveAsync(() => new Cluster(output));
        await cluster.StartAllAsync();
        string id = await RedisPorts.RedisAsync(cluster.ClusterPortOf(2), ["CLUSTER", "MYID"]);
        Assert.Matches("^[0-9a-f]{40}$", id);
        await NodeHasAsync(cluster, $"{id} localhost:{cluster.ClusterPortOf(2)}@{cluster.PortOf(2)} ");

        await cluster[2].KillAsync();
        await cluster.UntilAsync("the others see that it is gone", async () =>
            (await NodesAsync(cluster)).Contains($"{id} localhost:{cluster.ClusterPortOf(2)}@{cluster.PortOf(2)} master,fail", StringComparison.Ordinal));

        int port = FreePorts.Take(1);
        await using var again = NodeProcess.Start([.. cluster.ArgumentsOf(2), "--resp-cluster-port", $"{port}"]);
        await NodeHasAsync(cluster, $"{id} localhost:{port}@{cluster.PortOf(2)} master -");
        Assert.Equal(id, await RedisPorts.RedisAsync(port, ["CLUSTER", "MYID"]));
    }

    [FactNeeding("redis-cli")]
    public async Task Without_a_cluster_port_there_is_none_and_the_main_port_says_so()
    {
        foreach (string[] off in (string[][])[["--resp-cluster-port", "off"], ["--partition-by", "first-level"]])
        {
            await using Cluster cluster = await RedisPorts.ReserveAsync(() => new Cluster(output, 1, off));
            await cluster.StartAllAsync();
            Assert.Equal(
                "ERR This instance has cluster support disabled", await RedisPorts.RedisAsync(cluster.PortOf(0), ["CLUSTER", "SLOTS"]));
            Ended refused = await Tool.RunAsync("redis-cli", ["-p", $"{cluster.ClusterPortOf(0)}", "PING"]);
            Assert.Contains("Connection refused", refused.Out + refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>The client writes everything, then again after <paramref name="disturb"/>, which gives the nodes that are left.</summary>
    private async Task WritesTwiceAsync(string client, Func<Cluster, Task<int[]>> disturb)
    {
        await using Cluster cluster = await RedisPorts.ReserveAsync(() => new Cluster(output));
        await cluster.StartAllAsync();
        await cluster.SettledAsync();
        using Process script = NodeClients.Start(client, Keys, cluster.Ids.Select(cluster.ClusterPortOf));
        Task<string> errors = script.StandardError.ReadToEndAsync();
        Assert.Equal("written", await script.StandardOutput.ReadLineAsync());

        int[] left = await disturb(cluster);
        await script.StandardInput.WriteLineAsync("go on");
        await script.StandardInput.FlushAsync();
        Ended ended = (await Tool.EndOfAsync(script, script.StandardOutput.ReadToEndAsync(), errors)).Succeeded();
        Assert.Equal(["written again"], ended.Lines);
        await cluster.LedAsync(left);
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal("after", await cluster.Clients[0].GetAsync($"key-{i}"));
        }
    }

    private static Task NodeHasAsync(Cluster cluster, string line) => cluster.UntilAsync(
        $"node 0 tells of {line}", async () => (await NodesAsync(cluster)).Contains(line, StringComparison.Ordinal));

    private static Task<string> NodesAsync(Cluster cluster) => RedisPorts.RedisAsync(cluster.PortOf(0), ["CLUSTER", "NODES"]);
}
