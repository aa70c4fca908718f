using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

public sealed class EventTests : WatchTest
{
    [Fact]
    public async Task A_watch_begins_at_once_with_its_headers_and_where_it_stands()
    {
        Changes.Put(3, "a", "1");

        using WatchClient client = await WatchClient.OpenAsync(Host);

        Assert.Equal("text/event-stream", client.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", client.Response.Headers.CacheControl!.ToString());
        Assert.Equal("no", client.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("nosniff", client.Response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(new Told("progress", Token16(0, 0, 0, 1), "{}"), await client.NextAsync());
    }

    [Fact]
    public async Task Each_kind_of_change_has_its_event()
    {
        using WatchClient client = await WatchClient.StartAsync(Host);
        Changes.Put(1, "käse", "1\n2", timeToLiveMs: 5000);
        Changes.Put(1, [0xff], [0xfe]);
        Changes.Delete(1, "käse");
        Changes.Expire(1, "b");
        Changes.Flush(1);

        Assert.Equal(
            [
                new Told("put", Token16(0, 1), """{"key":"käse","value":"1\n2","encoding":"utf8","revision":1,"partition":1,"ttl":5000}"""),
                new Told("put", Token16(0, 2), """{"key":"/w==","key_encoding":"base64","value":"/g==","encoding":"base64","revision":2,"partition":1,"ttl":null}"""),
                new Told("delete", Token16(0, 3), """{"key":"käse","value":null,"encoding":null,"revision":3,"partition":1,"ttl":null}"""),
                new Told("expire", Token16(0, 4), """{"key":"b","value":null,"encoding":null,"revision":4,"partition":1,"ttl":null}"""),
                new Told("flush", Token16(0, 5), """{"revision":5,"partition":1}"""),
            ],
            await client.NextChangesAsync(5));
    }

    [Fact]
    public async Task The_history_and_the_tail_tell_the_same_text()
    {
        using WatchClient live = await WatchClient.StartAsync(Host);
        Changes.Put(0, "a", "1", timeToLiveMs: 7);
        Changes.Flush(0);
        Changes.Delete(0, "a");
        List<Told> told = await live.NextChangesAsync(3);

        using WatchClient later = await WatchClient.StartAsync(Host, "?from=" + Token16());

        Assert.Equal(told, await later.NextChangesAsync(3));
    }

    [Fact]
    public async Task A_watch_tells_of_keys_with_its_prefix_and_of_no_others()
    {
        using WatchClient all = await WatchClient.StartAsync(Host);
        using WatchClient user = await WatchClient.StartAsync(Host, "?prefix=user%2F");
        using WatchClient ada = await WatchClient.StartAsync(Host, "?prefix=user/ada");
        foreach (string key in (string[])["user", "user/", "other", "user/ada", "user/adam", "user/bob"])
        {
            Changes.Put(2, key, "1");
        }

        Changes.Flush(2);

        Assert.Equal(["user", "user/", "other", "user/ada", "user/adam", "user/bob"], Keys(await all.NextChangesAsync(6)));
        Assert.Equal(["user/", "user/ada", "user/adam", "user/bob"], Keys(await user.NextChangesAsync(4)));
        Assert.Equal(["user/ada", "user/adam"], Keys(await ada.NextChangesAsync(2)));
        Assert.Equal("flush", (await ada.NextChangeAsync()).Name);
    }

    [Theory]
    [InlineData("?prefix=%FF")]
    [InlineData("?prefix=%00%2F")]
    public async Task A_prefix_may_hold_any_byte(string query)
    {
        using WatchClient client = await WatchClient.StartAsync(Host, query);
        Changes.Put(0, "a", "1");
        Changes.Put(0, query.Contains("FF", StringComparison.Ordinal) ? [0xff, 1] : [0, (byte)'/'], [1]);

        Assert.Equal(2UL, (await client.NextChangeAsync()).Revision);
    }

    [Fact]
    public async Task A_large_value_comes_whole()
    {
        string value = new('v', 3_000_000);
        using WatchClient client = await WatchClient.StartAsync(Host);
        Changes.Put(0, "a", value);
        Changes.Put(0, "b", "small");

        Assert.Equal(value, (await client.NextChangeAsync()).Value);
        Assert.Equal("small", (await client.NextChangeAsync()).Value);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    public async Task A_watch_is_a_GET(string method)
    {
        Answer answer = await Host.SendAsync(method, "/v1/watch");
        Assert.Equal(405, answer.Status);
    }

    [Theory]
    [InlineData("?from=x")]
    [InlineData("?from=")]
    [InlineData("?prefix=%G0")]
    [InlineData("?other=1")]
    public async Task What_can_not_be_read_is_refused(string query)
    {
        Answer answer = await Host.SendAsync("GET", "/v1/watch" + query);
        Assert.Equal(400, answer.Status);
    }

    private static IEnumerable<string?> Keys(IEnumerable<Told> changes) => changes.Select(change => change.Key);
}
