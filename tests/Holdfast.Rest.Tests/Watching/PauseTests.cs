using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

/// <summary>How soon a node reads a partition again where its request may not wait, or failed.</summary>
public sealed class PauseTests : WatchTest
{
    private const int Full = 3;
    private const int Failing = 5;
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FullPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FaultPause = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_partition_that_lets_no_more_requests_wait_is_read_again_once_the_pause_that_it_names_is_over()
    {
        Changes.IsFull = partition => partition == Full;
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Assert.Equal(1, PollsOf(Full));

        Changes.Put(Full, "waits", "1");
        Clock.Advance(FullPause - Instant);
        await TellAsync(client, "early");
        Assert.Equal(1, PollsOf(Full));

        Clock.Advance(Instant);
        Assert.Equal("waits", (await client.NextChangeAsync()).Key);
        await TellAsync(client, "late");
        Assert.Equal(3, PollsOf(Full));
    }

    [Fact]
    public async Task A_fault_that_names_a_pause_is_followed_by_it()
    {
        FailPolls(retryAfterMs: 400);
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Clock.Advance(TimeSpan.FromMilliseconds(400) - Instant);
        await TellAsync(client, "early");
        Assert.Equal(1, PollsOf(Failing));

        Clock.Advance(Instant);
        await TellAsync(client, "late");
        Assert.Equal(2, PollsOf(Failing));
    }

    [Fact]
    public async Task Each_partition_has_a_pause_of_its_own()
    {
        Changes.IsFull = partition => partition == Full;
        FailPolls(retryAfterMs: 0);
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Clock.Advance(FaultPause);
        await TellAsync(client, "a");
        Assert.Equal((1, 2), (PollsOf(Full), PollsOf(Failing)));

        Clock.Advance(FaultPause);
        await TellAsync(client, "b");
        Assert.Equal((1, 3), (PollsOf(Full), PollsOf(Failing)));
    }

    [Fact]
    public async Task A_pause_ends_with_the_last_watcher_and_the_next_one_is_read_for_at_once()
    {
        Changes.IsFull = partition => partition == Full;
        using (WatchClient first = await WatchClient.StartAsync(Host))
        {
            await JoinedAsync(first);
        }

        int others = Gate.PartitionCount - 1;
        await Eventually.HoldsAsync(() => Changes.Waiting == 0);
        using WatchClient second = await WatchClient.StartAsync(Host);
        await Eventually.HoldsAsync(() => Changes.Waiting == others);
        await JoinedAsync(second, "again");
        Assert.Equal(2, PollsOf(Full));

        Clock.Advance(FullPause);
        await TellAsync(second, "late");
        Assert.Equal(3, PollsOf(Full));
    }

    private void FailPolls(uint retryAfterMs) => Gate.Fails = request => IsPollOf(Failing, request)
        ? new Fault(FaultCode.Overloaded, Outcome.NotApplied, "Busy.", RetryAfterMs: retryAfterMs)
        : null;

    private int PollsOf(int partition) => Gate.Seen.Count(request => IsPollOf(partition, request));

    /// <summary>Only the hub's own requests wait for a change.</summary>
    private static bool IsPollOf(int partition, SeenRequest request) =>
        request is { Operation: Operation.Changes, Argument: > 0 } && request.Partition == partition;

    /// <summary>
    /// Takes two changes of partition 0. The hub does one thing after the other: with the first change it has made the requests that were due, and
    /// with the second it has their answers.
    /// </summary>
    private async Task TellAsync(WatchClient client, string key)
    {
        for (int i = 0; i < 2; i++)
        {
            Changes.Put(0, key, "1");
            Assert.Equal(key, (await client.NextChangeAsync()).Key);
        }
    }
}
