using System.Globalization;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>SIGKILL: what was acknowledged stays, and the cluster goes on.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task When_a_leader_is_killed_writes_go_on_and_it_catches_up_once_it_is_back()
    {
        await using Cluster cluster = await Cluster.StartAsync(output);
        using HttpResponseMessage put = await cluster.Clients[0].PutAsync("key", "before");
        int leader = await cluster.LeaderAsync(put.Partition());
        int[] others = [.. cluster.Ids.Where(id => id != leader)];
        await cluster[leader].KillAsync();
        await cluster.PutAsync(others[0], "key", "after");
        Assert.Equal("after", await cluster.Clients[others[1]].GetAsync("key"));
        for (int i = 0; i < 50; i++)
        {
            await cluster.PutAsync(others[i % 2], Key(i), "while away");
        }

        cluster.Start(leader);
        await cluster.ReadyAsync(leader);
        await HasCaughtUpAsync(cluster, leader);
        SortedDictionary<string, string> own = await cluster.ExportAsync(leader, "--stale");
        Assert.Equal(await cluster.ExportAsync(others[0]), own);
        Assert.Equal(51, own.Count);
    }

    [Fact]
    public async Task When_all_are_killed_at_once_every_acknowledged_pair_is_there_after_the_restart()
    {
        await using Cluster cluster = await Cluster.StartAsync(output);
        SortedDictionary<string, string> acknowledged = new(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. cluster.Ids.Select(id => WriteAsync(cluster.Clients[id], id, acknowledged, stop.Token))];
        await cluster.UntilAsync("600 writes are acknowledged", () => Task.FromResult(CountOf(acknowledged) >= 600));
        await Task.WhenAll(cluster.Ids.Select(id => cluster[id].KillAsync()));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        await cluster.StartAllAsync();
        SortedDictionary<string, string> stored = await cluster.ExportAsync(0);
        Assert.All(acknowledged, pair => Assert.Equal(pair.Value, stored.GetValueOrDefault(pair.Key)));
    }

    /// <summary>Waits until the node has applied all that the leaders have committed.</summary>
    private static Task HasCaughtUpAsync(Cluster cluster, int id) => cluster.UntilAsync(
        $"node {id} has caught up",
        async () => (await cluster.Clients[id].JsonAsync("/v1/cluster/partitions")).GetProperty("partitions").EnumerateArray()
            .All(partition => partition.GetProperty("replicas").EnumerateArray()
                .Single(replica => replica.GetProperty("node").GetInt32() == id).GetProperty("applied").GetInt64()
                    >= partition.GetProperty("commit").GetInt64() && partition.GetProperty("state").GetString() == "ok"));

    private static async Task WriteAsync(NodeClient client, int id, SortedDictionary<string, string> acknowledged, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{id}-{i}");
            try
            {
                using HttpResponseMessage answer = await client.PutAsync(key, key);
                if (!answer.IsSuccessStatusCode)
                {
                    continue;
                }
            }
            catch (HttpRequestException)
            {
                continue; // No answer: it may be there or not.
            }

            lock (acknowledged)
            {
                acknowledged[key] = key;
            }
        }
    }

    private static int CountOf(SortedDictionary<string, string> acknowledged)
    {
        lock (acknowledged)
        {
            return acknowledged.Count;
        }
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"key-{number}");
}
