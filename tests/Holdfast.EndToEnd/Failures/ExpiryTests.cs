using System.Net;
using System.Text.Json;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>Keys that expire, on real clocks.</summary>
public sealed class ExpiryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_key_that_was_seen_expired_stays_so_when_leaders_change_and_all_nodes_are_killed()
    {
        await using Cluster cluster = await Cluster.StartAsync(output);
        using HttpResponseMessage put = await cluster.Clients[0].SendAsync(HttpMethod.Put, "/v1/kv/short?ttl=1500ms", "5s");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using HttpResponseMessage lasting = await cluster.Clients[0].SendAsync(HttpMethod.Put, "/v1/kv/{short}long?ttl=1h", "5s");
        Assert.Equal(HttpStatusCode.Created, lasting.StatusCode);
        JsonElement found = await cluster.Clients[1].JsonAsync("/v1/kv/short");
        Assert.InRange(found.GetProperty("ttl").GetInt64(), 1, 1500);

        await cluster.UntilAsync("the key has expired", async () => await cluster.Clients[2].GetAsync("short") is null);
        int leader = await cluster.LeaderAsync(put.Partition());
        await cluster[leader].KillAsync();
        foreach (int id in cluster.Ids.Where(id => id != leader))
        {
            Assert.Null(await cluster.Clients[id].GetAsync("short"));
        }

        await Task.WhenAll(cluster.Ids.Where(id => id != leader).Select(id => cluster[id].KillAsync()));
        await cluster.StartAllAsync();
        foreach (int id in cluster.Ids)
        {
            Assert.Null(await cluster.Clients[id].GetAsync("short"));
            Assert.InRange((await cluster.Clients[id].JsonAsync("/v1/kv/{short}long")).GetProperty("ttl").GetInt64(), 3_000_000, 3_600_000);
        }
    }
}
