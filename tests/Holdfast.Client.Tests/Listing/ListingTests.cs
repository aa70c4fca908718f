using System.Text;
using Holdfast.Client.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Listing;

public sealed class ListingTests
{
    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static (FakeNode Node, HoldfastClient Client) Over(PairStore store, int partitions)
    {
        FakeNode node = FakeNode.Start(store.Serve);
        node.Documents["/v1/cluster"] = $$"""{"id":"c","partitions":{{partitions}}}""";
        return (node, new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint], Timeout = TimeSpan.FromSeconds(30) }));
    }

    private static async Task<List<string>> KeysAsync(IAsyncEnumerable<ListItem> items)
    {
        var keys = new List<string>();
        await foreach (ListItem item in items)
        {
            keys.Add(Encoding.Latin1.GetString(item.Key));
        }

        return keys;
    }

    [Fact]
    public async Task All_partitions_merge_into_the_order_of_unsigned_bytes()
    {
        var store = new PairStore(3) { PageLimit = 2 };
        var random = new Random(3);
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 200; i++)
        {
            byte[] key = new byte[1 + random.Next(4)];
            random.NextBytes(key);
            store.Put(key, [(byte)i]);
            expected.Add(Encoding.Latin1.GetString(key));
        }

        (FakeNode node, HoldfastClient client) = Over(store, 3);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        Assert.Equal(expected, await KeysAsync(client.ListAsync()));
    }

    [Theory]
    [InlineData("b", "", "", "", "b1,b2,b3")]
    [InlineData("", "b2", "", "", "b2,b3,c1")]
    [InlineData("", "", "b2", "", "a1,b1")]
    [InlineData("", "", "", "b2", "b3,c1")]
    [InlineData("b", "a", "z", "b1", "b2,b3")]
    [InlineData("b", "b3", "b2", "", "")]
    public async Task The_bounds_of_a_listing_hold_together(string prefix, string start, string end, string after, string expected)
    {
        var store = new PairStore(2);
        foreach (string key in new[] { "a1", "b1", "b2", "b3", "c1" })
        {
            store.Put(Bytes(key), []);
        }

        (FakeNode node, HoldfastClient client) = Over(store, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;
        var options = new ListOptions { Prefix = Bytes(prefix), Start = Bytes(start), End = Bytes(end), After = Bytes(after) };

        Assert.Equal(expected, string.Join(',', await KeysAsync(client.ListAsync(options))));
    }

    [Fact]
    public async Task A_limit_ends_the_listing_and_is_not_overfetched()
    {
        var store = new PairStore(1);
        for (int i = 0; i < 100; i++)
        {
            store.Put([1, (byte)i], []);
        }

        (FakeNode node, HoldfastClient client) = Over(store, 1);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        Assert.Equal(7, (await KeysAsync(client.ListAsync(new ListOptions { Limit = 7, KeysOnly = true }))).Count);
        Assert.Equal(7, store.Requests[0].Argument);
    }

    [Fact]
    public async Task One_partition_is_listed_alone_and_in_order()
    {
        var store = new PairStore(2) { PageLimit = 1 };
        store.Put([2], []);
        store.Put([3], []);
        store.Put([4], []);
        (FakeNode node, HoldfastClient client) = Over(store, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        Assert.Equal(["\u0002", "\u0004"], await KeysAsync(client.ListPartitionAsync(new PartitionId(0))));
    }

    [Fact]
    public async Task Count_sums_and_clear_goes_on_under_the_first_bound_until_nothing_is_left()
    {
        var store = new PairStore(2) { PageLimit = 2 };
        foreach (string key in new[] { "a1", "b1", "b2", "b3", "b4", "b5" })
        {
            store.Put(Bytes(key), []);
        }

        (FakeNode node, HoldfastClient client) = Over(store, 2);
        await using FakeNode _ = node;
        await using HoldfastClient __ = client;

        Assert.Equal(6, await client.CountAsync());
        Assert.Equal(5, await client.ClearAsync(Bytes("b")));
        Assert.Equal(1, await client.CountAsync());
        Assert.Contains(store.Requests, r => r.Revision == new Revision(77));
    }

    [Fact]
    public async Task The_number_of_partitions_is_asked_until_the_node_knows_its_cluster()
    {
        var store = new PairStore(1);
        store.Put([1], []);
        await using FakeNode starting = FakeNode.Start(store.Serve);
        starting.Documents["/v1/cluster"] = """{"id":null,"partitions":0}""";
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [starting.Endpoint] });

        HoldfastException early = await Assert.ThrowsAsync<HoldfastException>(
            () => KeysAsync(client.ListAsync(new ListOptions { Timeout = TimeSpan.FromMilliseconds(50) })));
        starting.Documents["/v1/cluster"] = """{"id":"c","partitions":1}""";

        Assert.Equal(Api.FaultCode.Starting, early.Code);
        Assert.Single(await KeysAsync(client.ListAsync()));
    }
}
