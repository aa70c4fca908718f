using System.Text;
using Holdfast.Api;
using Holdfast.Client.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Watching;

public sealed class WatchTests
{
    private static (FakeNode Node, HoldfastClient Client) Over(ChangeLog log, int partitions)
    {
        FakeNode node = FakeNode.Start(log.Serve);
        node.Documents["/v1/cluster"] = $$"""{"id":"c","epoch":1,"partitions":{{partitions}}}""";
        return (node, new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint], Timeout = TimeSpan.FromSeconds(30) }));
    }

    private static WatchOptions From(string? token, string prefix = "") => new() { From = token, Prefix = Encoding.UTF8.GetBytes(prefix) };

    private static string Token(string cluster, uint epoch, params ulong[] positions) =>
        new WatchToken(WatchToken.FingerprintOf(cluster), epoch, [.. positions.Select(position => new Revision(position))]).ToString();

    private static async Task AssertGapAsync(
        IAsyncEnumerator<WatchEvent> watch, uint partition, ulong from, ulong to, WatchGapReason reason)
    {
        Assert.True(await watch.MoveNextAsync());
        WatchEvent told = watch.Current;
        Assert.Equal(
            (WatchEventKind.Gap, new PartitionId(partition), new Revision(from), new Revision(to), reason),
            (told.Kind, told.Partition, told.Gap!.From, told.Revision, told.Gap.Reason));
    }

    private static string Text(WatchEvent told) =>
        $"{told.Kind} {told.Partition}:{told.Revision} {Encoding.UTF8.GetString(told.Key.Span)}={Encoding.UTF8.GetString(told.Value.Span)}";

    // The events that are no progress, until there are so many; the last one's token.
    private static async Task<(List<string> Events, string Token)> TakeAsync(HoldfastClient client, WatchOptions options, int count)
    {
        var events = new List<string>();
        string token = string.Empty;
        await foreach (WatchEvent told in client.WatchAsync(options))
        {
            token = told.Token!;
            if (told.Kind != WatchEventKind.Progress)
            {
                events.Add(Text(told));
            }

            if (events.Count == count)
            {
                break;
            }
        }

        return (events, token);
    }

    [Fact]
    public async Task A_watch_without_a_token_tells_what_comes_after_its_first_progress()
    {
        var log = new ChangeLog(2);
        log.Add(0, ChangeKind.Put, "old", "1");
        (FakeNode node, HoldfastClient client) = Over(log, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync().GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(WatchEventKind.Progress, watch.Current.Kind);
        log.Add(0, ChangeKind.Put, "k", "v");
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("Put 0:2 k=v", Text(watch.Current));
        Assert.Equal(TimeSpan.FromMilliseconds(5), watch.Current.TimeToLive);
    }

    [Fact]
    public async Task Cut_off_anywhere_and_gone_on_by_token_it_tells_each_change_once_in_order()
    {
        var log = new ChangeLog(3) { PageLimit = 4 };
        (FakeNode node, HoldfastClient client) = Over(log, 3);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        (List<string> events, string token) = await TakeAsync(client, From(null), 0);
        var random = new Random(5);
        for (int i = 0; i < 120; i++)
        {
            log.Add(random.Next(3), (ChangeKind)(1 + (i % 3)), $"k{i}", $"{i}");
        }

        var told = new List<string>();
        while (told.Count < 120)
        {
            log.Breaks = random.Next(2);
            (events, token) = await TakeAsync(client, From(token), Math.Min(1 + random.Next(9), 120 - told.Count));
            told.AddRange(events);
        }

        Assert.Equal(120, told.Distinct(StringComparer.Ordinal).Count());
        foreach (IGrouping<string, string> partition in told.GroupBy(line => line.Split(' ', ':')[1], StringComparer.Ordinal))
        {
            Assert.Equal(Enumerable.Range(1, partition.Count()), partition.Select(line => int.Parse(line.Split(' ', ':')[2], null)));
        }
    }

    [Fact]
    public async Task Only_keys_under_the_prefix_are_told_of_and_the_token_moves_past_the_others()
    {
        var log = new ChangeLog(1);
        (FakeNode node, HoldfastClient client) = Over(log, 1);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        string token = (await TakeAsync(client, From(null), 0)).Token;
        log.Add(0, ChangeKind.Put, "a/1", "x");
        log.Add(0, ChangeKind.Put, "b/1", "x");

        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync(From(token, "c/")).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await watch.MoveNextAsync();
        Assert.Equal(WatchEventKind.Progress, watch.Current.Kind);
        Assert.True(WatchToken.TryParse(watch.Current.Token, out WatchToken? after));
        Assert.Equal(2UL, after.Positions[0].Value);
    }

    [Fact]
    public async Task What_is_not_kept_any_more_is_a_gap()
    {
        var log = new ChangeLog(1);
        (FakeNode node, HoldfastClient client) = Over(log, 1);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        (List<string> events, string token) = await TakeAsync(client, From(null), 0);
        for (int i = 0; i < 5; i++)
        {
            log.Add(0, ChangeKind.Put, $"k{i}", "v");
        }

        log.Forget(0, 3);
        events = (await TakeAsync(client, From(token), 3)).Events;
        Assert.Equal(["Gap 0:3 =", "Put 0:4 k3=v", "Put 0:5 k4=v"], events);
        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync(From(Token("c", 1, 1))).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        await AssertGapAsync(watch, 0, from: 1, to: 3, WatchGapReason.History);
        Assert.Equal(Token("c", 1, 3), watch.Current.Token);
    }

    [Fact]
    public async Task A_token_of_another_epoch_gives_a_gap_in_each_partition_and_goes_on_from_now()
    {
        var log = new ChangeLog(2);
        log.Add(1, ChangeKind.Put, "a", "1");
        (FakeNode node, HoldfastClient client) = Over(log, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        string token = Token("c", 7, 5, 6);
        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync(From(token, "b")).GetAsyncEnumerator();
        await AssertGapAsync(watch, 0, from: 5, to: 0, WatchGapReason.Epoch);
        Assert.Null(watch.Current.Token);
        await AssertGapAsync(watch, 1, from: 6, to: 1, WatchGapReason.Epoch);
        Assert.Null(watch.Current.Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(WatchEventKind.Progress, watch.Current.Kind);
        Assert.Equal(Token("c", 1, 0, 1), watch.Current.Token);
        log.Add(0, ChangeKind.Put, "b", "2");
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("Put 0:1 b=2", Text(watch.Current));
        Assert.Equal(Token("c", 1, 1, 1), watch.Current.Token);
    }

    [Fact]
    public async Task An_epoch_that_began_since_the_client_was_made_is_noticed()
    {
        var log = new ChangeLog(1);
        log.Add(0, ChangeKind.Put, "k", "v");
        (FakeNode node, HoldfastClient client) = Over(log, 1);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        string token = (await TakeAsync(client, From(null), 0)).Token;

        node.Documents["/v1/cluster"] = """{"id":"c","epoch":2,"partitions":1}""";
        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync(From(token)).GetAsyncEnumerator();
        await AssertGapAsync(watch, 0, from: 1, to: 1, WatchGapReason.Epoch);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(Token("c", 2, 1), watch.Current.Token);
    }

    [Theory]
    [InlineData("", "is none")]
    [InlineData("AAAA", "is none")]
    [InlineData("other", "of another cluster")]
    [InlineData("other epoch too", "of another cluster")]
    [InlineData("other partitions", "of another cluster")]
    [InlineData("other partitions and epoch", "of another cluster")]
    [InlineData("future", "does not have")]
    public async Task A_token_that_is_of_no_use_is_refused(string which, string why)
    {
        (FakeNode node, HoldfastClient client) = Over(new ChangeLog(1), 1);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        string token = which switch
        {
            "other" => Token("d", 1, 0),
            "other epoch too" => Token("d", 2, 0),
            "other partitions" => Token("c", 1, 0, 0),
            "other partitions and epoch" => Token("c", 2, 0, 0),
            "future" => Token("c", 1, 9),
            _ => which,
        };

        HoldfastException refused = await Assert.ThrowsAsync<HoldfastException>(() => TakeAsync(client, From(token), 1));
        Assert.Equal(FaultCode.BadRequest, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_know_no_watch_end_it_with_their_refusal()
    {
        (FakeNode node, HoldfastClient client) = Over(new ChangeLog(2) { Refusal = FaultCode.Unsupported }, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        HoldfastException refused = await Assert.ThrowsAsync<HoldfastException>(() => TakeAsync(client, From(null), 1));
        Assert.Equal(FaultCode.Unsupported, refused.Code);
    }

    [Fact]
    public async Task A_page_that_can_not_be_read_ends_the_watch_before_it_counts_as_told()
    {
        byte[] items = [9, .. new byte[ChangeItem.HeaderBytes]];
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Reply(
            request.Flags == RequestFlags.FromNow ? new Reply { Id = request.Id } : new Reply { Id = request.Id, Number = 1, Payload = items }));
        node.Documents["/v1/cluster"] = """{"id":"c","epoch":1,"partitions":1}""";
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint], Timeout = TimeSpan.FromSeconds(30) });

        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync().GetAsyncEnumerator();
        await watch.MoveNextAsync();
        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => watch.MoveNextAsync().AsTask());
        Assert.Equal(FaultCode.Unsupported, failure.Code);
    }

    [Fact]
    public async Task A_watch_ends_when_it_is_cancelled()
    {
        (FakeNode node, HoldfastClient client) = Over(new ChangeLog(2), 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        using var cancel = new CancellationTokenSource();
        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync(null, cancel.Token).GetAsyncEnumerator(cancel.Token);
        await watch.MoveNextAsync();
        ValueTask<bool> next = watch.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
    }

    [Fact]
    public async Task A_watch_ends_when_its_client_is_disposed()
    {
        (FakeNode node, HoldfastClient client) = Over(new ChangeLog(2), 2);
        await using FakeNode _ = node;
        await using IAsyncEnumerator<WatchEvent> watch = client.WatchAsync().GetAsyncEnumerator();
        await watch.MoveNextAsync();
        ValueTask<bool> next = watch.MoveNextAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next.AsTask());
    }
}
