using System.Globalization;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.RedisCluster;

/// <summary>The port for cluster-aware Redis clients, with Redis' own tools.</summary>
public sealed class ClusterPortTests(ClusterPorts ports) : IClassFixture<ClusterPorts>
{
    private const int Keys = 64;

    private Cluster Nodes => ports.Nodes;

    [FactNeeding("redis-cli")]
    public async Task Redis_cli_reaches_keys_of_all_partitions_through_the_cluster_port_of_any_node()
    {
        foreach (int id in Nodes.Ids)
        {
            string[] keys = [.. Enumerable.Range(0, Keys).Select(i => $"cli-{id}-{i}")];
            await FollowUntilAsync(id, keys.Select(key => $"SET {key} value-of-{key}"), Enumerable.Repeat("OK", Keys));
            await FollowUntilAsync((id + 1) % Nodes.Count, keys.Select(key => $"GET {key}"), keys.Select(key => $"value-of-{key}"));
            Assert.Equal("value-of-" + keys[0], await Nodes.Clients[id].GetAsync(keys[0]));
        }
    }

    [FactNeeding("redis-cli")]
    public async Task A_key_is_served_by_one_cluster_port_and_the_others_name_it()
    {
        Assert.Equal("12182", await RedisAsync(0, "CLUSTER", "KEYSLOT", "foo"));
        string[] answers = [];
        await Nodes.UntilAsync("one node serves the key and the others point at it", async () =>
        {
            answers = await Task.WhenAll(Nodes.Ids.Select(id => RedisAsync(id, "SET", "foo", "1")));
            return answers.Count(answer => answer == "OK") == 1 && answers.Where(answer => answer != "OK").Distinct().Count() == 1;
        });
        int leader = Array.IndexOf(answers, "OK");
        Assert.All(
            answers.Where(answer => answer != "OK"),
            answer => Assert.Equal($"MOVED 12182 localhost:{Nodes.ClusterPortOf(leader)}", answer));
        Assert.Equal("1", await RedisPorts.RedisAsync(Nodes.PortOf((leader + 1) % Nodes.Count), ["GET", "foo"]));
    }

    [FactNeeding("redis-cli")]
    public async Task Keys_of_several_slots_are_refused_in_one_command_and_those_of_one_are_not()
    {
        Assert.StartsWith("CROSSSLOT", await RedisAsync(0, "MGET", "a", "b"), StringComparison.Ordinal);
        await FollowUntilAsync(0, ["SET {tag}b 1", "MGET {tag}a {tag}b"], ["OK", "", "1"]);
        Assert.Equal("2", await RedisPorts.RedisAsync(Nodes.PortOf(0), ["EXISTS", "{tag}b", "{tag}b"]));
    }

    [FactNeeding("redis-cli")]
    public async Task Every_node_tells_the_same_map_on_both_ports_and_has_all_slots_covered()
    {
        await Nodes.UntilAsync("all nodes and ports tell the same", async () =>
        {
            string[] maps = await Task.WhenAll(Nodes.Ids.SelectMany(id => (Task<string>[])
            [
                RedisAsync(id, "CLUSTER", "SLOTS"), RedisPorts.RedisAsync(Nodes.PortOf(id), ["CLUSTER", "SLOTS"]),
            ]));
            return maps.Distinct().Count() == 1;
        });
        Assert.Contains("cluster_state:ok", await RedisAsync(0, "CLUSTER", "INFO"), StringComparison.Ordinal);
        await Nodes.UntilAsync("redis-cli finds nothing to complain of", async () =>
            (await Tool.RunAsync("redis-cli", ["--cluster", "check", $"127.0.0.1:{Nodes.ClusterPortOf(1)}"]))
            .Out.Contains("All 16384 slots covered", StringComparison.Ordinal));
    }

    [FactNeeding("redis-cli")]
    public async Task The_counts_of_the_cluster_ports_add_up_to_that_of_the_main_port()
    {
        await FollowUntilAsync(0, Enumerable.Range(0, Keys).Select(i => $"SET count-{i} 1"), Enumerable.Repeat("OK", Keys));
        await Nodes.UntilAsync("the sums agree", async () =>
        {
            string[] counts = await Task.WhenAll(Nodes.Ids.Select(id => RedisAsync(id, "DBSIZE")));
            string all = await RedisPorts.RedisAsync(Nodes.PortOf(0), ["DBSIZE"]);
            return counts.Sum(count => int.Parse(count, CultureInfo.InvariantCulture)) == int.Parse(all, CultureInfo.InvariantCulture);
        });
    }

    [FactNeeding("redis-cli")]
    public async Task A_client_that_takes_stale_reads_is_answered_by_a_follower()
    {
        await FollowUntilAsync(0, ["SET stale-key here"], ["OK"]);
        await Nodes.UntilAsync("each node answers by itself", async () =>
        {
            string[] answers = await Task.WhenAll(Nodes.Ids.Select(id =>
                RedisPorts.RedisAsync(Nodes.ClusterPortOf(id), [], "READONLY\nGET stale-key\n")));
            return answers.All(answer => answer == "OK\nhere");
        });
    }

    [FactNeeding("redis-benchmark")]
    public async Task Redis_benchmark_runs_in_cluster_mode()
    {
        Ended ended = (await Tool.RunAsync(
            "redis-benchmark", ["-p", $"{Nodes.ClusterPortOf(0)}", "--cluster", "-t", "set,get", "-n", "5000", "-q"])).Succeeded();
        Assert.Contains("SET: ", ended.Out, StringComparison.Ordinal);
        Assert.Contains("GET: ", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", ended.Out + ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cluster_port_speaks_nothing_but_the_redis_protocol()
    {
        using RawConnection http = await RawConnection.OpenAsync(Nodes.ClusterPortOf(0));
        await http.SendAsync("GET /v1/kv HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Contains("does not serve this protocol", await http.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private Task<string> RedisAsync(int id, params string[] command) => RedisPorts.RedisAsync(Nodes.ClusterPortOf(id), command);

    /// <summary>
    /// Gives a client that follows redirections some commands, until it reads what is expected: leaders may move meanwhile, which is told
    /// in errors that say that nothing was applied.
    /// </summary>
    private async Task FollowUntilAsync(int id, IEnumerable<string> commands, IEnumerable<string> expected)
    {
        string input = string.Join('\n', commands) + "\n";
        string[] read = [];
        await Patience.UntilAsync(
            "the commands are carried out",
            async () =>
            {
                string all = await RedisPorts.RedisAsync(Nodes.ClusterPortOf(id), ["-c"], input);
                read = [.. all.Split('\n').Where(line => !line.StartsWith("-> Redirected", StringComparison.Ordinal))];
                return read.SequenceEqual(expected);
            },
            () => string.Join('\n', read));
    }
}
