using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Lifecycle;

/// <summary><c>holdfast dev</c>: a cluster with one command.</summary>
public sealed class DevTests
{
    [Fact]
    public async Task Dev_runs_three_nodes_says_where_and_once_they_are_ready_what_to_try_and_keeps_the_data_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        int port = FreePorts.Take(3);
        NodeClient[] clients = [.. Enumerable.Range(port, 3).Select(one => new NodeClient(one))];
        for (int run = 0; run < 2; run++)
        {
            await using var dev = NodeProcess.Start(["dev", "--port", $"{port}"], folder: folder.Path);
            Task<bool> SaysWhatToTryAsync() => Task.FromResult(dev.Log.Contains("status --endpoint", StringComparison.Ordinal));
            await Patience.UntilAsync("dev says what to try", SaysWhatToTryAsync, () => dev.Log);

            // From here on nothing is tried twice: what it says to try works at once.
            Assert.All(Enumerable.Range(port, 3), one => Assert.Contains($"  localhost:{one}", dev.Log, StringComparison.Ordinal));
            Assert.Contains($"curl -X PUT localhost:{port}/v1/kv/greeting -d hello", dev.Log, StringComparison.Ordinal);
            Assert.Contains($"redis-cli -p {port + 2} GET greeting", dev.Log, StringComparison.Ordinal);
            Assert.Contains($"status --endpoint localhost:{port}", dev.Log, StringComparison.Ordinal);
            Assert.True(Directory.Exists(folder[Path.Combine("data", "node-2")]));
            Assert.Equal(run == 0 ? null : "hello", await clients[1].GetAsync("greeting"));
            using HttpResponseMessage put = await clients[0].PutAsync("greeting", "hello");
            put.EnsureSuccessStatusCode();
            Assert.Equal("hello", await clients[2].GetAsync("greeting"));
            await dev.SignalAsync("TERM");
            Assert.Equal(0, await dev.ExitAsync());
        }

        Array.ForEach(clients, client => client.Dispose());
    }
}
