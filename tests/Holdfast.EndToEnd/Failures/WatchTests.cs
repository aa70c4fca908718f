using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>
/// Watches that go on by token at another node while leaders are killed. A soak: <c>HOLDFAST_E2E_WATCH=50</c> leader changes of
/// partitions.
/// </summary>
public sealed class WatchTests(ITestOutputHelper output)
{
    private const int Writers = 8;
    private const int FewLeaderChanges = 8;

    [Fact]
    public async Task Watches_that_go_on_by_token_see_each_change_once_through_leader_changes()
    {
        int wanted = int.TryParse(Environment.GetEnvironmentVariable("HOLDFAST_E2E_WATCH"), CultureInfo.InvariantCulture, out int asked)
            ? asked : FewLeaderChanges;
        await using Cluster cluster = await Cluster.StartAsync(output);
        using var stopWriting = new CancellationTokenSource();
        using var stopWatching = new CancellationTokenSource();
        await cluster.LedAsync(0, 1, 2);
        Watcher[] watchers = [.. cluster.Ids.Select(id => new Watcher(cluster, id))];
        Task[] watching = [.. watchers.Select(watcher => watcher.RunAsync(stopWatching.Token))];
        await cluster.UntilAsync("all watch", () => Task.FromResult(Array.TrueForAll(watchers, watcher => watcher.IsConnected)));
        Task<int>[] writing = [.. Enumerable.Range(0, Writers).Select(writer => IncrementAsync(cluster, writer, stopWriting.Token))];

        int changes = 0;
        for (int kill = 0; changes < wanted || kill < cluster.Count; kill++)
        {
            int victim = kill % cluster.Count;
            long before = await TermsAsync(cluster, (victim + 1) % cluster.Count);
            await cluster[victim].KillAsync();
            await cluster.LedAsync([.. cluster.Ids.Where(id => id != victim)]);
            cluster.Start(victim);
            await cluster.ReadyAsync();
            changes += (int)(await TermsAsync(cluster, victim) - before);
        }

        await stopWriting.CancelAsync();
        int[] written = await Task.WhenAll(writing);
        await cluster.UntilAsync(
            "all watches saw the last writes",
            () => Task.FromResult(Array.TrueForAll(watchers, watcher => written.Select((last, writer) => watcher.LastOf($"w/{writer}") >= last).All(seen => seen))));
        await stopWatching.CancelAsync();
        await Task.WhenAll(watching);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{written.Sum()} writes, {changes} leader changes, {watchers.Sum(w => w.Connections)} connections, {watchers.Sum(w => w.Gaps)} gaps"));
        Assert.All(watchers, watcher =>
        {
            Assert.Null(watcher.Broken);
            Assert.Equal(0, watcher.Gaps);
            Assert.True(watcher.Connections > 1, "a watch was cut off and went on");
        });
    }

    private static async Task<int> IncrementAsync(Cluster cluster, int number, CancellationToken stop)
    {
        using var writer = new RepeatingWriter(cluster, number);
        int written = 0;
        while (!stop.IsCancellationRequested)
        {
            await writer.IncrementAsync($"w/{number}", $"{number}-{written}");
            written++;
        }

        return written;
    }

    private static async Task<long> TermsAsync(Cluster cluster, int witness) =>
        (await cluster.Clients[witness].JsonAsync("/v1/cluster/partitions")).GetProperty("partitions").EnumerateArray()
        .Sum(partition => partition.GetProperty("term").GetInt64());

    /// <summary>Watches counters that only ever grow by one, so each value is to come once and in order.</summary>
    private sealed class Watcher(Cluster cluster, int first)
    {
        private const int EventsAConnection = 500;

        private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);
        private string? _token;

        public int Connections { get; private set; }

        public int Gaps { get; private set; }

        public string? Broken { get; private set; }

        public bool IsConnected => _token is not null;

        public long LastOf(string key) => _last.GetValueOrDefault(key);

        public async Task RunAsync(CancellationToken stop)
        {
            for (int node = first; !stop.IsCancellationRequested; node++)
            {
                try
                {
                    await WatchAsync(cluster.PortOf(node % cluster.Count), stop);
                }
                catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
                {
                    // The next node goes on from the token.
                }
            }
        }

        private async Task WatchAsync(int port, CancellationToken stop)
        {
            using WatchStream stream = await WatchStream.OpenAsync(port, "w/", _token, stop);
            Connections++;
            for (int i = 0; i < EventsAConnection && await stream.NextAsync(stop) is { } told; i++)
            {
                _token = told.Id;
                Gaps += told.Name == "gap" ? 1 : 0;
                if (told.Name == "put")
                {
                    Take(told);
                }
            }
        }

        private void Take(WatchEvent told)
        {
            long value = long.Parse(told.Value!, CultureInfo.InvariantCulture);
            long before = _last.GetValueOrDefault(told.Key);
            if (value != before + 1)
            {
                Broken ??= $"{told.Key}: {value} came after {before}: {told.Data}";
            }

            _last[told.Key] = value;
        }
    }
}
