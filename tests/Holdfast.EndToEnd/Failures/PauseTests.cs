using System.Net;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>A process that is stopped in the middle of everything and goes on later, as in a long collection or a frozen machine.</summary>
public sealed class PauseTests(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private const int Readers = 8;

    [Theory]
    [InlineData("read-index")]
    [InlineData("lease")]
    public async Task A_paused_leader_is_replaced_and_never_answers_with_an_old_value_when_it_wakes(string readMode)
    {
        await using Cluster cluster = await Cluster.StartAsync(output, extra: ["--partitions=4", $"--read-mode={readMode}"]);
        for (int round = 0; round < Rounds; round++)
        {
            string old = $"old-{round}", fresh = $"new-{round}";
            await cluster.PutAsync(0, "key", old);
            using HttpResponseMessage answer = await cluster.Clients[0].AskAsync("key");
            int leader = int.Parse(answer.ServedBy());
            int other = (leader + 1) % cluster.Count;

            // Some of the requests wait in the paused process's sockets, and are the first that it sees when it wakes.
            await cluster[leader].SignalAsync("STOP");
            Task<string?>[] early = [.. Enumerable.Range(0, Readers).Select(_ => ReadAsync(cluster.Clients[leader]))];
            await cluster.PutAsync(other, "key", fresh);
            Task<string?>[] waiting = [.. Enumerable.Range(0, Readers).Select(_ => ReadAsync(cluster.Clients[leader]))];
            await cluster[leader].SignalAsync("CONT");

            // The early ones began before the write ended, so either value is right for them; the late ones began after it.
            Assert.All(await Task.WhenAll(early), value => Assert.True(value is null || value == old || value == fresh, value));
            Assert.All(await Task.WhenAll(waiting), value => Assert.True(value is null || value == fresh, value));
            await cluster.UntilAsync("the old leader serves again", async () => await ReadAsync(cluster.Clients[leader]) == fresh);
            await cluster.ReadyAsync();
        }
    }

    /// <summary>One linearizable read; null when the node gives an error instead, which is its right.</summary>
    private static async Task<string?> ReadAsync(NodeClient client)
    {
        using HttpResponseMessage answer = await client.AskAsync("key");
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : null;
    }
}
