using System.Globalization;
using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

public sealed class SlowWatcherTests : WatchTest
{
    private const int Writes = 3000;
    private static readonly string Value = new('v', 10_000);

    [Fact]
    public async Task A_client_that_does_not_read_falls_behind_and_is_then_told_everything_once_in_order()
    {
        using WatchClient slow = await WatchClient.StartAsync(Host);
        using WatchClient quick = await WatchClient.StartAsync(Host, "?prefix=quick");
        await WriteAsync(quick);

        // 30 MB were told to a queue of 256 KiB: most of it has to come from the history.
        List<Told> told = await slow.NextChangesAsync(Writes + 1);
        Assert.Equal(Enumerable.Range(1, Writes).Select(i => $"slow{i}"), told.Where(change => change.Partition == 0).Select(change => change.Key));
        Assert.All(told, change => Assert.Equal(change.Revision, change.Positions[change.Partition]));
        Assert.Contains(Gate.Seen, request => request is { Operation: Operation.Changes, Argument: 0, Revision.Value: > Writes / 10 });
    }

    [Fact]
    public async Task What_is_not_kept_until_a_slow_client_reads_on_is_a_gap_for_it_and_for_nobody_else()
    {
        using WatchClient slow = await WatchClient.StartAsync(Host);
        using WatchClient quick = await WatchClient.StartAsync(Host, "?prefix=quick");
        await WriteAsync(quick);
        Changes.Forget(0, Writes);
        Changes.Put(0, "slow-after", "1");

        var names = new List<string>();
        Told next;
        do
        {
            next = await slow.NextChangeAsync();
            names.Add(next.Name);
        }
        while (next.Data.Contains("slow-after", StringComparison.Ordinal) is false);

        Assert.Single(names, name => name == "gap");
        Assert.InRange(names.Count(name => name == "put"), 1, Writes - 1);
        Changes.Put(0, "quick-after", "1");
        Told told = await quick.NextChangeAsync();
        Assert.Equal("quick-after", told.Key);
    }

    /// <summary>Writes more than sockets and queues hold, and sees that another watcher keeps up with it.</summary>
    private async Task WriteAsync(WatchClient quick)
    {
        Changes.PageItems = 20;
        for (int i = 1; i <= Writes; i++)
        {
            Changes.Put(0, $"slow{i}", Value);
        }

        Changes.Put(1, "quick", "1");
        Assert.Equal("quick", (await quick.NextChangeAsync()).Key);
        await Eventually.HoldsAsync(() => Gate.Seen.Any(request => request.Argument > 0 && request.Revision.Value >= Writes));
    }
}

/// <summary>The same with hardly any memory for what waits: everybody is told everything all the same.</summary>
public sealed class ScarceMemoryTests : WatchTest
{
    protected override WatchOptions Bounds => new() { QueueBytes = 4096, NodeQueueBytes = 1024, MaxReaders = 2 };

    [Fact]
    public async Task Watchers_that_may_queue_nothing_read_the_history_in_turns()
    {
        WatchClient[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WatchClient.StartAsync(Host)));
        Changes.PageItems = 10;
        for (int i = 1; i <= 100; i++)
        {
            Changes.Put(i % 16, $"{i}", new string('v', 2000));
        }

        foreach (WatchClient client in clients)
        {
            List<Told> told = await client.NextChangesAsync(100);
            Assert.Equal(Enumerable.Range(1, 100), told.Select(change => int.Parse(change.Key!, CultureInfo.InvariantCulture)).Order());
            client.Dispose();
        }
    }
}
