using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary>The tools that come with Redis, unmodified, through any node.</summary>
[Collection(SteadyCluster.Name)]
public sealed class RedisToolTests(SteadyCluster steady)
{
    [FactNeeding("redis-cli")]
    public async Task Redis_cli_sees_one_key_space_through_every_node()
    {
        Cluster cluster = steady.Nodes;
        foreach (int id in cluster.Ids)
        {
            int next = (id + 1) % cluster.Count, last = (id + 2) % cluster.Count;
            string key = $"redis-cli {id}";
            Assert.Equal("OK", await RedisAsync(id, "SET", key, "a b"));
            Assert.Equal("a b", await RedisAsync(next, "GET", key));
            Assert.Equal("5", await RedisAsync(last, "APPEND", key, " c"));
            Assert.Equal("a b c", await RedisAsync(id, "GET", key));
            Assert.Equal("7", await RedisAsync(next, "INCRBY", $"{key} counter", "7"));
            Assert.Equal("2", await RedisAsync(last, "DEL", key, $"{key} counter"));
            Assert.Equal(string.Empty, await RedisAsync(id, "GET", key));
            Assert.StartsWith("ERR unknown command", await RedisAsync(id, "NOSUCHCOMMAND"), StringComparison.Ordinal);
        }
    }

    [FactNeeding("redis-cli")]
    public async Task What_one_protocol_writes_the_other_reads()
    {
        await RedisAsync(0, "SET", "both/protocols", "value");
        Assert.Equal("value", await steady.Nodes.Clients[1].GetAsync("both/protocols"));
        using HttpResponseMessage put = await steady.Nodes.Clients[2].PutAsync("both/protocols", "another");
        Assert.Equal("another", await RedisAsync(0, "GET", "both/protocols"));
    }

    [FactNeeding("redis-benchmark")]
    public async Task Redis_benchmark_runs_against_every_node()
    {
        foreach (int id in steady.Nodes.Ids)
        {
            Ended ended = (await Tool.RunAsync(
                "redis-benchmark",
                [
                    "-h", "127.0.0.1", "-p", $"{steady.Nodes.PortOf(id)}",
                    "-t", "set,get,incr", "-n", "1000", "-c", "20", "-P", "4", "--csv",
                ])).Succeeded();
            foreach (string test in (string[])["SET", "GET", "INCR"])
            {
                Assert.Contains(ended.Lines, line => line.StartsWith($"\"{test}\"", StringComparison.Ordinal));
            }
        }
    }

    private async Task<string> RedisAsync(int id, params string[] command) =>
        (await Tool.RunAsync("redis-cli", ["-p", $"{steady.Nodes.PortOf(id)}", .. command])).Succeeded().Out.Trim('\n');
}
