using System.Text;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Listing;

public sealed class ListingTests : HostedTest
{
    [Fact]
    public async Task An_empty_store_lists_nothing()
    {
        Answer answer = await Host.SendAsync("GET", "/v1/kv");

        Assert.Equal((200, """{"items":[],"next":null}"""), (answer.Status, answer.Text));
        Assert.Equal("application/json", answer.ContentType);
    }

    [Fact]
    public async Task Pairs_come_in_the_order_of_unsigned_bytes_in_the_shape_of_single_ones()
    {
        Gate.PartitionCount = 1;
        Gate.Seed([0xFF], Bytes("last"));
        Gate.Seed(Bytes("b"), [0xFF], timeToLiveMs: 9);
        Gate.Seed([0x00], Bytes("first"));

        Assert.Equal(
            """{"items":[{"key":"\u0000","value":"first","encoding":"utf8","revision":3,"ttl":null},{"key":"b","value":"/w==","encoding":"base64","revision":2,"ttl":9},{"key":"/w==","key_encoding":"base64","value":"last","encoding":"utf8","revision":1,"ttl":null}],"next":null}""",
            (await Host.SendAsync("GET", "/v1/kv")).Text);
    }

    [Fact]
    public async Task A_listing_of_keys_has_no_values()
    {
        Gate.Seed(Bytes("a"), Bytes("1"));

        Assert.Equal(
            """{"items":[{"key":"a","revision":1,"ttl":null}],"next":null}""",
            (await Host.SendAsync("GET", "/v1/kv?keys_only=true")).Text);
        Assert.All(Gate.Seen, request => Assert.Equal(RequestFlags.KeysOnly, request.Flags));
    }

    [Fact]
    public async Task Lines_hold_a_pair_each()
    {
        Gate.Seed(Bytes("b"), Bytes("2\n"));
        Gate.Seed(Bytes("a"), Bytes("1"));
        Answer answer = await Host.SendAsync("GET", "/v1/kv", "Accept: application/x-ndjson");

        Assert.Equal("application/x-ndjson", answer.ContentType);
        string[] lines = answer.Text.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("""{"key":"a","value":"1","encoding":"utf8",""", lines[0]);
        Assert.StartsWith("""{"key":"b","value":"2\n","encoding":"utf8",""", lines[1]);
        Assert.Empty(lines[2]);
    }

    [Theory]
    [InlineData("prefix=b", "b,ba,bb")]
    [InlineData("prefix=b&start=ba", "ba,bb")]
    [InlineData("prefix=b&start=a", "b,ba,bb")]
    [InlineData("prefix=b&after=b", "ba,bb")]
    [InlineData("prefix=b&end=bb", "b,ba")]
    [InlineData("prefix=b&end=z", "b,ba,bb")]
    [InlineData("start=ba", "ba,bb,c")]
    [InlineData("after=ba", "bb,c")]
    [InlineData("start=ba&after=ba", "bb,c")]
    [InlineData("start=bb&after=a", "bb,c")]
    [InlineData("end=ba", "a,b")]
    [InlineData("end=", "a,b,ba,bb,c")]
    [InlineData("start=c&end=b", "")]
    [InlineData("prefix=b&start=c", "")]
    [InlineData("prefix=x", "")]
    [InlineData("limit=2", "a,b")]
    [InlineData("limit=5", "a,b,ba,bb,c")]
    public async Task A_range_is_what_all_its_parameters_allow(string query, string keys)
    {
        foreach (string key in (string[])["a", "b", "ba", "bb", "c"])
        {
            Gate.Seed(Bytes(key), Bytes("v"));
        }

        Answer answer = await Host.SendAsync("GET", "/v1/kv?" + query);

        Assert.Equal(200, answer.Status);
        Assert.Equal(keys, string.Join(',', Items(answer.Text).Select(item => item.GetProperty("key").GetString())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_large_listing_has_every_pair_once_in_order_over_all_partitions(int pageItems)
    {
        byte[][] keys = Seed(3000, pageItems);
        Answer answer = await Host.SendAsync("GET", "/v1/kv");

        Assert.Equal(keys, Items(answer.Text).Select(Key));
        Assert.All(Gate.Partitions, partition => Assert.True(partition.Count > 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(499)]
    [InlineData(500)]
    public async Task Paging_by_next_gives_every_pair_once_in_order(int limit)
    {
        byte[][] keys = Seed(500, pageItems: 3);
        var seen = new List<byte[]>();
        string after = "";
        int pages = 0;
        do
        {
            Answer answer = await Host.SendAsync("GET", $"/v1/kv?keys_only=true&limit={limit}{after}");
            seen.AddRange(Items(answer.Text).Select(Key));
            after = After(answer.Text);
            pages++;
        }
        while (after.Length > 0);

        Assert.Equal(keys, seen);
        Assert.Equal((keys.Length + limit - 1) / limit, pages);
    }

    [Fact]
    public async Task A_next_that_is_not_text_is_base64_and_says_so()
    {
        Gate.Seed([0xFE], []);
        Gate.Seed([0xFF], []);

        Assert.EndsWith("""],"next":"/g==","next_encoding":"base64"}""", (await Host.SendAsync("GET", "/v1/kv?limit=1")).Text);
        Assert.EndsWith("\"next\":null}", (await Host.SendAsync("GET", "/v1/kv?limit=1&after=%FE")).Text);
    }

    [Fact]
    public async Task Values_far_larger_than_a_page_are_listed()
    {
        byte[] value = new byte[400_000];
        new Random(3).NextBytes(value);
        foreach (string key in (string[])["a", "b", "c", "d"])
        {
            Gate.Seed(Bytes(key), value);
        }

        JsonElement[] items = [.. Items((await Host.SendAsync("GET", "/v1/kv")).Text)];
        Assert.Equal(4, items.Length);
        Assert.All(items, item => Assert.Equal(value, item.GetProperty("value").GetBytesFromBase64()));
    }

    [Fact]
    public async Task A_listing_asks_for_no_more_than_its_limit_and_passes_its_options_on()
    {
        await Host.SendAsync("GET", "/v1/kv?limit=3&consistency=stale", "Holdfast-Timeout: 7s");

        Assert.Equal(16, Gate.Seen.Count);
        Assert.All(Gate.Seen, request => Assert.Equal(
            (Operation.List, RequestFlags.Stale, 7000u, 3L),
            (request.Operation, request.Flags, request.TimeoutMs, request.Argument)));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("limit=9223372036854775808")]
    [InlineData("keys_only=yes")]
    [InlineData("consistency=x")]
    [InlineData("prefx=a")]
    [InlineData("prefix=%4")]
    public async Task A_malformed_listing_is_400(string query)
    {
        Assert.Equal(400, (await Host.SendAsync("GET", "/v1/kv?" + query)).Status);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_head_of_a_listing_streams_nothing()
    {
        Seed(100, pageItems: 1);
        Answer answer = await Host.SendAsync("HEAD", "/v1/kv");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(16, Gate.Seen.Count);
    }

    private static IEnumerable<JsonElement> Items(string json) =>
        JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray();

    private static byte[] Key(JsonElement item) => Decode(item, "key", "key_encoding");

    private static byte[] Decode(JsonElement owner, string name, string encodingName) => owner.TryGetProperty(encodingName, out _)
        ? owner.GetProperty(name).GetBytesFromBase64()
        : Encoding.UTF8.GetBytes(owner.GetProperty(name).GetString()!);

    private static string After(string json)
    {
        JsonElement root = JsonDocument.Parse(json).RootElement;
        return root.GetProperty("next").ValueKind == JsonValueKind.Null
            ? ""
            : "&after=" + string.Concat(Decode(root, "next", "next_encoding").Select(b => $"%{b:X2}"));
    }

    /// <summary>Random keys of one to four bytes, of which many are no text and many begin alike.</summary>
    private byte[][] Seed(int count, int pageItems)
    {
        var random = new Random(count);
        var keys = new SortedSet<byte[]>(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        while (keys.Count < count)
        {
            byte[] key = new byte[random.Next(1, 5)];
            random.NextBytes(key);
            keys.Add(key);
        }

        foreach (byte[] key in keys)
        {
            Gate.Seed(key, key);
        }

        foreach (FakePartition partition in Gate.Partitions)
        {
            partition.PageItems = pageItems;
        }

        return [.. keys];
    }
}
