using System.Diagnostics;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Lifecycle;

/// <summary>SIGTERM: how a node leaves.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_node_that_is_told_to_stop_hands_over_and_exits_0_within_5_s_and_no_write_fails_elsewhere()
    {
        await using Cluster cluster = await Cluster.StartAsync(output);
        using var stop = new CancellationTokenSource();
        Task<int> writing = WriteAsync(cluster.Clients[0], stop.Token);
        foreach (int id in (int[])[2, 1])
        {
            var watch = Stopwatch.StartNew();
            await cluster[id].SignalAsync("TERM");
            Assert.Equal(0, await cluster[id].ExitAsync());
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Promised);
            await cluster.LedAsync([.. cluster.Ids.Where(other => other != id)]);
            cluster.Start(id);
            await cluster.ReadyAsync();
        }

        await stop.CancelAsync();
        Assert.NotEqual(0, await writing);
    }

    /// <summary>Writes one after another until told to stop; each must succeed within the default deadline.</summary>
    private static async Task<int> WriteAsync(NodeClient client, CancellationToken stop)
    {
        int written = 0;
        for (; !stop.IsCancellationRequested; written++)
        {
            using HttpResponseMessage answer = await client.PutAsync($"key-{written % 100}", $"{written}");
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(CancellationToken.None));
        }

        return written;
    }
}
