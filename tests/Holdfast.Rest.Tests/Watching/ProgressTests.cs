namespace Holdfast.Rest.Tests.Watching;

public sealed class ProgressTests : WatchTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Progress_comes_each_second_with_all_that_was_told_and_all_that_did_not_concern_the_watch()
    {
        using WatchClient client = await WatchClient.StartAsync(Host, "?prefix=a");
        await JoinedAsync(client, "a");
        Changes.Put(5, "b", "1");
        Changes.Put(6, "a", "1");
        Assert.Equal("a", (await client.NextAsync())!.Key);

        Clock.Advance(Second);
        Assert.Equal(new Told("progress", Token16(2, 0, 0, 0, 0, 1, 1), "{}"), await client.NextAsync());
        Clock.Advance(Second);
        Assert.Equal(new Told("progress", Token16(2, 0, 0, 0, 0, 1, 1), "{}"), await client.NextAsync());
    }

    [Fact]
    public async Task Nothing_comes_before_its_time()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Clock.Advance(Second - TimeSpan.FromMilliseconds(1));
        Changes.Put(0, "a", "1");

        Assert.Equal("put", (await client.NextAsync())!.Name);
    }

    [Fact]
    public async Task A_comment_comes_every_ten_seconds()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Clock.Advance(10 * Second);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("progress", (await client.NextAsync())!.Name);
        }

        Assert.Equal(Told.Comment, (await client.NextAsync())!.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Progress_comes_after_each_thousand_changes_never_ahead_of_them(bool live)
    {
        WatchClient? client = live ? await WatchClient.StartAsync(Host, "?prefix=a") : null;
        await (client is null ? Task.CompletedTask : JoinedAsync(client, "a"));
        for (int i = 0; i < 2500; i++)
        {
            Changes.Put(0, "a", "1");
            Changes.Put(0, "b", "1");
        }

        client ??= await WatchClient.StartAsync(Host, "?prefix=a&from=" + Token16());
        using (client)
        {
            int sinceProgress = 0;
            ulong last = 0;
            while (last < (live ? 5001UL : 4999UL))
            {
                Told told = (await client.NextAsync())!;
                Assert.Equal(told.Name == "put" ? told.Revision : last, told.Positions[0]);
                last = told.Positions[0];
                sinceProgress = told.Name == "put" ? sinceProgress + 1 : 0;
                Assert.InRange(sinceProgress, 0, 1000);
            }
        }
    }

    [Fact]
    public async Task Of_more_than_64_partitions_progress_alone_has_ids_and_resumes()
    {
        Gate.PartitionCount = 65;
        using WatchClient client = await WatchClient.StartAsync(Host);
        await JoinedAsync(client);
        Changes.Put(64, "a", "1");
        Changes.Put(63, "b", "1");
        List<Told> told = await client.NextChangesAsync(2);
        Assert.All(told, change => Assert.Null(change.Id));

        Clock.Advance(Second);
        Told progress = (await client.NextAsync())!;
        Assert.Equal([2, .. new ulong[62], 1, 1], progress.Positions);
        Changes.Put(64, "c", "1");
        using WatchClient later = await WatchClient.StartAsync(Host, "?from=" + progress.Id);
        Told last = await later.NextChangeAsync();
        Assert.Equal(("c", null), (last.Key, last.Id));
    }

    [Fact]
    public async Task Of_64_partitions_every_event_has_an_id()
    {
        Gate.PartitionCount = 64;
        using WatchClient client = await WatchClient.StartAsync(Host);
        Changes.Put(63, "a", "1");

        Assert.Equal([.. new ulong[63], 1], (await client.NextChangeAsync()).Positions);
    }
}
