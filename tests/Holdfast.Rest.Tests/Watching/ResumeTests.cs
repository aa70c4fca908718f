using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

public sealed class ResumeTests : WatchTest
{
    [Fact]
    public async Task Without_a_token_only_what_comes_is_told()
    {
        Changes.Put(0, "old", "1");
        using WatchClient client = await WatchClient.StartAsync(Host);
        Changes.Put(0, "new", "1");

        Assert.Equal("new", (await client.NextChangeAsync()).Key);
    }

    [Fact]
    public async Task From_a_token_everything_after_it_is_told_in_order()
    {
        for (int i = 1; i <= 300; i++)
        {
            Changes.Put(i % 2, $"{i}", "1");
        }

        Changes.PageItems = 7;
        using WatchClient client = await WatchClient.OpenAsync(Host, "?from=" + Token16(50, 60));

        Assert.Equal(Token16(50, 60), (await client.NextAsync())!.Id);
        List<Told> told = await client.NextChangesAsync(190);
        Assert.Equal(Enumerable.Range(51, 100), told.Where(change => change.Partition == 0).Select(change => (int)change.Revision));
        Assert.Equal(Enumerable.Range(61, 90), told.Where(change => change.Partition == 1).Select(change => (int)change.Revision));
        Changes.Put(0, "live", "1");
        Assert.Equal("live", (await client.NextChangeAsync()).Key);
    }

    [Fact]
    public async Task The_last_id_in_the_header_goes_before_the_token_in_the_address()
    {
        Changes.Put(0, "a", "1");
        Changes.Put(0, "b", "1");

        using WatchClient client = await WatchClient.StartAsync(Host, "?from=" + Token16(), "Last-Event-ID: " + Token16(1));

        Assert.Equal("b", (await client.NextChangeAsync()).Key);
    }

    /// <summary>Whatever event a client is cut off after, the next connection goes on after it: nothing is lost, nothing comes twice.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_watch_that_is_cut_off_again_and_again_tells_each_change_exactly_once(int seed)
    {
        const int Total = 600;
        var random = new Random(seed);
        Changes.PageItems = random.Next(1, 20);
        var seen = new List<(int, ulong)>();
        var expected = new List<(int, ulong)>();
        ulong[] revisions = new ulong[16];
        string last = Token16();
        ulong[] lastPositions = new ulong[16];
        while (seen.Count < Total)
        {
            bool ownPrefix = random.Next(2) == 0;
            using WatchClient client = await WatchClient.OpenAsync(Host, ownPrefix ? "?prefix=k&from=" + last : "?prefix=k", "Last-Event-ID: " + last);
            for (int reads = random.Next(0, 60); reads > 0 && seen.Count < Total; reads--)
            {
                for (int writes = random.Next(0, 4); writes > 0 && expected.Count < Total; writes--)
                {
                    int partition = random.Next(16);
                    bool matches = random.Next(3) > 0;
                    Changes.Put(partition, matches ? "k" : "other", "1");
                    revisions[partition]++;
                    if (matches)
                    {
                        expected.Add((partition, revisions[partition]));
                    }
                }

                if (seen.Count == expected.Count)
                {
                    continue;
                }

                Told told = (await client.NextAsync())!;
                Assert.All(told.Positions.Zip(lastPositions), pair => Assert.True(pair.First >= pair.Second, "an id went back"));
                last = told.Id!;
                lastPositions = told.Positions;
                if (told.Name == "put")
                {
                    seen.Add((told.Partition, told.Revision));
                    Assert.Equal(told.Revision, told.Positions[told.Partition]);
                }
            }
        }

        Assert.Equal(expected.Order(), seen.Order());
        Assert.All(seen.GroupBy(change => change.Item1), partition => Assert.Equal(partition.Order(), partition));
    }

    [Fact]
    public async Task What_is_not_kept_any_more_is_a_gap_and_the_rest_follows()
    {
        for (int i = 0; i < 10; i++)
        {
            Changes.Put(0, $"{i}", "1");
        }

        Changes.Forget(0, 8);
        using WatchClient client = await WatchClient.StartAsync(Host, "?from=" + Token16(3));

        Assert.Equal(
            new Told("gap", Token16(8), """{"partition":0,"from":3,"to":8,"reason":"history"}"""), await client.NextChangeAsync());
        Assert.Equal(["8", "9"], (await client.NextChangesAsync(2)).Select(change => change.Key));
    }

    [Fact]
    public async Task A_gap_in_what_the_node_itself_reads_is_told_to_all()
    {
        using WatchClient client = await WatchClient.StartAsync(Host, "?prefix=none");
        Changes.LimitReplica(4, 0);
        Changes.Put(4, "a", "1");
        Changes.Put(4, "b", "1");
        Changes.Forget(4, 2);
        Changes.LimitReplica(4, ulong.MaxValue);

        Assert.Equal(
            new Told("gap", Token16(0, 0, 0, 0, 2), """{"partition":4,"from":0,"to":2,"reason":"history"}"""), await client.NextChangeAsync());
    }

    [Fact]
    public async Task A_token_of_another_epoch_gives_a_gap_in_each_partition_and_goes_on_from_now()
    {
        Changes.Put(1, "a", "1");
        using WatchClient client = await WatchClient.OpenAsync(Host, "?from=" + Token("a1b2", 7, [5, 6, .. new ulong[14]]));

        Assert.Equal(new Told("gap", null, """{"partition":0,"from":5,"to":0,"reason":"epoch"}"""), await client.NextAsync());
        Assert.Equal(new Told("gap", null, """{"partition":1,"from":6,"to":1,"reason":"epoch"}"""), await client.NextAsync());
        Assert.Equal(14, (await client.NextChangesAsync(14)).Count);
        Assert.Equal(new Told("progress", Token16(0, 1), "{}"), await client.NextAsync());
        Changes.Put(0, "b", "1");
        Assert.Equal("b", (await client.NextChangeAsync()).Key);
    }

    [Fact]
    public async Task A_token_of_the_future_of_another_cluster_or_of_other_partitions_is_refused()
    {
        string[] tokens = [Token16(1), Token("ffff", 1, new ulong[16]), Token(new ulong[8]), Token("a1b2", 2, new ulong[8])];
        foreach (string token in tokens)
        {
            Answer answer = await Host.SendAsync("GET", "/v1/watch?from=" + token);
            Assert.Equal(400, answer.Status);
            Assert.Contains("bad-request", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_replica_that_lags_behind_the_token_tells_nothing_twice_and_no_id_goes_back()
    {
        for (int i = 1; i <= 6; i++)
        {
            Changes.Put(0, $"{i}", "1");
        }

        Changes.LimitReplica(0, 2);
        using WatchClient first = await WatchClient.StartAsync(Host, "?from=" + Token16(1));
        Assert.Equal("2", (await first.NextChangeAsync()).Key);
        using WatchClient second = await WatchClient.StartAsync(Host, "?from=" + Token16(5));
        Changes.Put(1, "other", "1");

        Told other = await AdvanceUntilAsync(second.NextChangeAsync());
        Assert.Equal(("other", Token16(5, 1)), (other.Key, other.Id));
        Changes.LimitReplica(0, 4);
        Changes.LimitReplica(0, 6);
        Told sixth = await AdvanceUntilAsync(second.NextChangeAsync());
        Assert.Equal(("6", Token16(6, 1)), (sixth.Key, sixth.Id));

        List<Told> rest = await AdvanceUntilAsync(first.NextChangesAsync(5));
        Assert.Equal(["3", "4", "5", "6", "other"], rest.Select(change => change.Key).Order());
    }

    [Fact]
    public async Task A_partition_without_an_answer_refuses_a_new_watch_and_delays_one_that_runs()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Gate.Fails = request => request is { Operation: Operation.Changes, Partition: 3 }
            ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Nobody leads.")
            : null;
        Changes.Put(3, "a", "1");
        Assert.Equal("a", (await client.NextChangeAsync()).Key);
        Changes.Put(2, "b", "1");
        Assert.Equal("b", (await client.NextChangeAsync()).Key);
        Assert.Equal(503, (await Host.SendAsync("GET", "/v1/watch")).Status);

        Changes.Put(3, "c", "1");
        Gate.Fails = null;
        Told told = await AdvanceUntilAsync(client.NextChangeAsync());
        Assert.Equal("c", told.Key);
    }
}
