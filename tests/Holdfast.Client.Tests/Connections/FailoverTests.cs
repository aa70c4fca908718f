using System.Collections.Concurrent;
using Holdfast.Api;
using Holdfast.Client.Tests.Support;

namespace Holdfast.Client.Tests.Connections;

public sealed class FailoverTests
{
    private static readonly byte[] Key = "k"u8.ToArray();
    private static readonly WriteOptions Repeatable = new() { RetryUnknown = true };

    private static HoldfastClient ClientOf(params Endpoint[] endpoints) =>
        new(new HoldfastClientOptions { Endpoints = endpoints, Timeout = TimeSpan.FromSeconds(30) });

    [Fact]
    public async Task An_endpoint_where_nobody_listens_is_passed_over()
    {
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Done(request));
        await using HoldfastClient client = ClientOf(FakeNode.Nobody(), node.Endpoint);

        Assert.NotNull(await client.GetAsync(Key));
        Assert.Equal(0, client.Retries);
    }

    [Fact]
    public async Task A_read_whose_connection_is_lost_is_answered_by_the_next_endpoint()
    {
        await using FakeNode dying = FakeNode.Start((_, connection) => connection.Dispose());
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Done(request, "here"u8));
        await using HoldfastClient client = ClientOf(dying.Endpoint, node.Endpoint);

        StoredValue? value = await client.GetAsync(Key);

        Assert.Equal("here"u8.ToArray(), value!.Value);
        Assert.Equal(1, client.Retries);
    }

    [Fact]
    public async Task A_write_whose_connection_is_lost_is_unknown_and_not_sent_again()
    {
        int elsewhere = 0;
        await using FakeNode dying = FakeNode.Start((_, connection) => connection.Dispose());
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            Interlocked.Increment(ref elsewhere);
            connection.Done(request);
        });
        await using HoldfastClient client = ClientOf(dying.Endpoint, node.Endpoint);

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.IncrementAsync(Key));

        Assert.Equal((FaultCode.Timeout, Outcome.Unknown), (failure.Code, failure.Outcome));
        Assert.Equal(0, elsewhere);
    }

    [Fact]
    public async Task A_write_that_is_to_happen_once_is_sent_again_under_its_token()
    {
        var tokens = new ConcurrentQueue<string>();
        await using FakeNode dying = FakeNode.Start((request, connection) =>
        {
            tokens.Enqueue(Convert.ToHexString(request.Token));
            connection.Dispose();
        });
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            tokens.Enqueue(Convert.ToHexString(request.Token));
            connection.Done(request);
        });
        await using HoldfastClient client = ClientOf(dying.Endpoint, node.Endpoint);

        await client.IncrementAsync(Key, options: new WriteOptions { ExactlyOnce = true });
        await client.AppendAsync(Key, Key, new WriteOptions { ExactlyOnce = true });

        string[] sent = [.. tokens];
        Assert.Equal([sent[0], sent[0], sent[2]], sent);
        Assert.Equal(32, sent[0].Length);
        Assert.NotEqual(sent[0], sent[2]);
    }

    [Fact]
    public async Task A_put_that_may_be_repeated_is_sent_to_the_next_endpoint()
    {
        await using FakeNode dying = FakeNode.Start((_, connection) => connection.Dispose());
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Done(request));
        await using HoldfastClient client = ClientOf(dying.Endpoint, node.Endpoint);

        await client.PutAsync(Key, Key, Repeatable);

        Assert.Equal(1, client.Retries);
    }

    [Fact]
    public async Task A_write_that_a_node_did_not_apply_is_retried_until_one_does()
    {
        int attempts = 0;
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            if (++attempts < 4)
            {
                connection.Fault(request, FaultCode.NoLeader, Outcome.NotApplied);
            }
            else
            {
                connection.Done(request);
            }
        });
        await using HoldfastClient client = ClientOf(node.Endpoint);

        await client.AppendAsync(Key, Key);

        Assert.Equal((4, 3L), (attempts, client.Retries));
    }

    [Fact]
    public async Task A_failed_condition_is_told_with_the_actual_revision()
    {
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Reply(new Reply
        {
            Id = request.Id,
            Fault = FaultCode.ConditionFailed,
            Outcome = Outcome.NotApplied,
            Revision = new(12),
        }));
        await using HoldfastClient client = ClientOf(node.Endpoint);

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(
            () => client.PutAsync(Key, Key, new WriteOptions { IfRevision = new(3) }));

        Assert.Equal((FaultCode.ConditionFailed, Outcome.NotApplied, 12ul), (failure.Code, failure.Outcome, failure.Fault.Revision.Value));
    }

    [Fact]
    public async Task A_write_that_nobody_answers_in_time_is_unknown()
    {
        bool sent = false;
        await using FakeNode silent = FakeNode.Start((_, _) => Volatile.Write(ref sent, true));
        await using HoldfastClient client = ClientOf(silent.Endpoint);

        // On a busy machine the time may pass before there is a connection.
        HoldfastException failure;
        do
        {
            failure = await Assert.ThrowsAsync<HoldfastException>(
                () => client.PutAsync(Key, Key, new WriteOptions { Timeout = TimeSpan.FromMilliseconds(50) }));
        }
        while (!Volatile.Read(ref sent));

        Assert.Equal((FaultCode.Timeout, Outcome.Unknown), (failure.Code, failure.Outcome));
        Assert.False(failure.Unreachable);
    }

    [Fact]
    public async Task A_read_that_a_hung_node_does_not_answer_goes_to_the_next()
    {
        await using FakeNode silent = FakeNode.Start((_, _) => { });
        await using FakeNode node = FakeNode.Start((request, connection) => connection.Done(request));
        await using var client = new HoldfastClient(new HoldfastClientOptions
        {
            Endpoints = [silent.Endpoint, node.Endpoint],
            Timeout = TimeSpan.FromMinutes(1),
            AttemptTimeout = TimeSpan.FromMilliseconds(50),
        });

        Assert.NotNull(await client.GetAsync(Key));
    }

    [Fact]
    public async Task Garbage_instead_of_a_reply_ends_the_connection_and_leaves_the_write_unknown()
    {
        await using FakeNode node = FakeNode.Start((_, connection) => connection.Write("-ERR unknown command\r\n"u8.ToArray()));
        await using HoldfastClient client = ClientOf(node.Endpoint);

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.PutAsync(Key, Key));

        Assert.Equal(Outcome.Unknown, failure.Outcome);
        Assert.Contains("does not speak", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_no_endpoint_takes_a_connection_the_failure_names_each_and_nothing_was_applied()
    {
        Endpoint first = FakeNode.Nobody();
        Endpoint second = FakeNode.Nobody();
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [first, second], RetryUnreachable = false });

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.PutAsync(Key, Key));

        Assert.True(failure.Unreachable);
        Assert.Equal(Outcome.NotApplied, failure.Outcome);
        Assert.Contains(first.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains(second.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_comes_back_is_connected_to_again()
    {
        int requests = 0;
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            if (++requests == 2)
            {
                connection.Dispose();
            }
            else
            {
                connection.Done(request);
            }
        });
        await using HoldfastClient client = ClientOf(node.Endpoint);

        await client.GetAsync(Key);
        await client.GetAsync(Key);

        Assert.Equal(2, node.Connections);
    }

    [Fact]
    public async Task Only_a_put_delete_or_clear_without_a_condition_may_be_called_repeatable()
    {
        await using HoldfastClient client = ClientOf(FakeNode.Nobody());

        await Assert.ThrowsAsync<ArgumentException>(() => client.IncrementAsync(Key, 1, Repeatable));
        await Assert.ThrowsAsync<ArgumentException>(() => client.AppendAsync(Key, Key, Repeatable));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PutAsync(Key, Key, Repeatable with { IfAbsent = true }));
    }

    [Fact]
    public async Task What_can_not_be_sent_is_refused_before_anything_is()
    {
        await using HoldfastClient client = ClientOf(FakeNode.Nobody());

        HoldfastException empty = await Assert.ThrowsAsync<HoldfastException>(() => client.GetAsync(default));
        HoldfastException longKey = await Assert.ThrowsAsync<HoldfastException>(() => client.GetAsync(new byte[Limits.MaxKeyBytes + 1]));
        HoldfastException large = await Assert.ThrowsAsync<HoldfastException>(
            () => client.PutAsync(Key, new byte[NativeProtocol.MaxMessageBytes]));

        Assert.Equal(
            [FaultCode.InvalidKey, FaultCode.KeyTooLarge, FaultCode.ValueTooLarge], new[] { empty.Code, longKey.Code, large.Code });
        Assert.All(new[] { empty, longKey, large }, f => Assert.Equal(Outcome.NotApplied, f.Outcome));
    }
}
