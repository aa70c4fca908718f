using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

public sealed class LifetimeTests : WatchTest
{
    private readonly TaskCompletionSource<Exception> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override WatchOptions Bounds => new() { MaxWatchers = 50, Fatal = _fatal.SetResult };

    [Fact]
    public async Task Many_watchers_share_one_reading_of_each_partition()
    {
        WatchClient[] clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => WatchClient.StartAsync(Host, $"?prefix=k{i % 5}")));
        await Eventually.HoldsAsync(() => Changes.Waiting == 16);
        for (int i = 0; i < 5; i++)
        {
            Changes.Put(i, $"k{i}", "1");
        }

        for (int i = 0; i < clients.Length; i++)
        {
            Assert.Equal($"k{i % 5}", (await clients[i].NextChangeAsync()).Key);
        }

        await Eventually.HoldsAsync(() => Changes.Waiting == 16);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Nothing_is_read_while_nobody_watches()
    {
        await Host.SendAsync("GET", "/v1/kv/a");
        Assert.DoesNotContain(Gate.Seen, request => request.Operation == Operation.Changes);
    }

    [Fact]
    public async Task A_watch_waits_for_changes_no_longer_than_its_request_may_take()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        await Eventually.HoldsAsync(() => Changes.Waiting == 16);

        Assert.All(
            Gate.Seen.Where(request => request.Argument > 0),
            request => Assert.True(request.Flags.HasFlag(RequestFlags.Stale) && request.Argument < request.TimeoutMs));
    }

    [Fact]
    public async Task Clients_that_leave_free_their_places_and_the_last_one_ends_the_reading()
    {
        for (int round = 0; round < 3; round++)
        {
            WatchClient[] clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => WatchClient.StartAsync(Host)));
            await Eventually.HoldsAsync(() => Changes.Waiting == 16);
            Answer refused = await Host.SendAsync("GET", "/v1/watch");
            Assert.Equal(503, refused.Status);
            Assert.Contains("overloaded", refused.Text, StringComparison.Ordinal);
            Array.ForEach(clients, client => client.Dispose());
            await Eventually.HoldsAsync(() => Changes.Waiting == 0);
        }
    }

    [Fact]
    public async Task A_node_that_stops_ends_its_watches_without_waiting_for_them()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        Changes.Put(0, "a", "1");
        Assert.Equal("a", (await client.NextChangeAsync()).Key);

        Task stop = Host.StopAsync();

        Assert.Null(await client.NextAsync());
        await stop;
    }

    [Fact]
    public async Task What_breaks_the_state_that_watches_share_ends_them_and_the_node_is_told()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        await Eventually.HoldsAsync(() => Changes.Waiting == 16);
        Changes.Tears = true;
        Changes.Put(0, "a", "1");

        Assert.IsType<InvariantViolationException>(await _fatal.Task);
        Assert.Null(await client.NextAsync());
    }

    [Fact]
    public async Task A_node_that_does_not_know_its_cluster_is_starting()
    {
        Host.Cluster.Current = Host.Cluster.Current with { Id = null };
        Answer answer = await Host.SendAsync("GET", "/v1/watch");
        Assert.Equal(503, answer.Status);
        Assert.Contains("starting", answer.Text, StringComparison.Ordinal);
    }
}
