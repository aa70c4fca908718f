using System.Text;
using Holdfast.Api;
using Holdfast.Client.Tests.Support;

namespace Holdfast.Client.Tests.Connections;

public sealed class PipeliningTests
{
    private static HoldfastClientOptions Patient(FakeNode node) => new() { Endpoints = [node.Endpoint], Timeout = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task Replies_in_any_order_find_their_calls()
    {
        var held = new List<GotRequest>();
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            held.Add(request);
            if (held.Count == 10)
            {
                held.Reverse();
                held.ForEach(r => connection.Done(r, r.Key));
            }
        });
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint] });

        // The node answers none before the tenth has come: so all ten are on the way at once.
        StoredValue?[] values = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => client.GetAsync(Encoding.UTF8.GetBytes($"key{i}"))));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"key{i}"), values.Select(v => Encoding.UTF8.GetString(v!.Value)));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task Thousands_of_concurrent_calls_share_one_connection()
    {
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Done(request, request.Value));
        await using var client = new HoldfastClient(Patient(node));

        PutResult[] results = await Task.WhenAll(Enumerable.Range(0, 5000)
            .Select(i => Task.Run(() => client.PutAsync(Encoding.UTF8.GetBytes($"{i}"), new byte[i % 300]))));

        Assert.Equal(5000, results.Length);
        Assert.Equal(1, node.Connections);
        Assert.Equal(0, client.Retries);
    }

    [Fact]
    public async Task The_largest_value_goes_there_and_back()
    {
        byte[] value = new byte[Limits.DefaultMaxValueBytes];
        new Random(5).NextBytes(value);
        byte[]? stored = null;
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            stored ??= request.Value;
            connection.Done(request, stored);
        });
        await using var client = new HoldfastClient(Patient(node));

        await client.PutAsync("big"u8.ToArray(), value);
        StoredValue? read = await client.GetAsync("big"u8.ToArray());
        StoredValue? again = await client.GetAsync("big"u8.ToArray());

        Assert.Equal(value, stored);
        Assert.Equal(value, read!.Value);
        Assert.Equal(value, again!.Value);
    }

    [Fact]
    public async Task A_call_says_on_the_wire_what_it_was_asked()
    {
        var got = new List<GotRequest>();
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            got.Add(request);
            connection.Done(request);
        });
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint] });

        await client.GetAsync("k"u8.ToArray(), new ReadOptions { Stale = true });
        await client.PutAsync("k"u8.ToArray(), "v"u8.ToArray(), new WriteOptions { IfAbsent = true });
        await client.DeleteAsync("k"u8.ToArray(), new WriteOptions { IfRevision = new(9) });
        await client.IncrementAsync("k"u8.ToArray(), -3, new WriteOptions { Timeout = TimeSpan.FromSeconds(30) });

        Assert.Equal((Operation.Get, RequestFlags.Stale), (got[0].Operation, got[0].Flags));
        Assert.InRange(got[0].TimeoutMs, 1u, 2000u);
        Assert.Equal((Operation.Put, RequestFlags.IfAbsent), (got[1].Operation, got[1].Flags));
        Assert.Equal((Operation.Delete, RequestFlags.IfRevision, 9ul), (got[2].Operation, got[2].Flags, got[2].Revision.Value));
        Assert.Equal((Operation.Increment, -3L), (got[3].Operation, got[3].Argument));
        Assert.InRange(got[3].TimeoutMs, 5001u, 30_000u);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once_and_the_connection_goes_on()
    {
        var first = new TaskCompletionSource<GotRequest>();
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            if (!first.TrySetResult(request))
            {
                connection.Done(first.Task.Result);
                connection.Done(request, "second"u8);
            }
        });
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint] });
        using var cancel = new CancellationTokenSource();

        Task<PutResult> call = client.PutAsync("k"u8.ToArray(), "v"u8.ToArray(), cancellationToken: cancel.Token);
        await first.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        StoredValue? value = await client.GetAsync("k"u8.ToArray());
        Assert.Equal("second", Encoding.UTF8.GetString(value!.Value));
        Assert.Equal(1, node.Connections);
    }
}
