using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Holdfast.Api;
using Holdfast.Client.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Batches;

public sealed class BatchTests
{
    private static HoldfastClient ClientOf(params Endpoint[] endpoints) =>
        new(new HoldfastClientOptions { Endpoints = endpoints, Timeout = TimeSpan.FromSeconds(30) });

    private static void Answer(GotRequest request, FakeConnection connection, int items)
    {
        var payload = new ArrayBufferWriter<byte>();
        for (int i = 0; i < items; i++)
        {
            new BatchItem { Flags = BatchItemFlags.Found | BatchItemFlags.HasPayload, Revision = new Revision((ulong)i + 1), Payload = "v"u8 }.Write(payload);
        }

        connection.Reply(new Reply { Id = request.Id, Revision = new Revision(9), Payload = payload.WrittenSpan });
    }

    private static List<string> OperationsOf(ReadOnlySpan<byte> batch)
    {
        List<string> operations = [];
        while (Request.TryRead(batch, out Request r, out int consumed) == OperationStatus.Done)
        {
            operations.Add($"{r.Operation} {Encoding.UTF8.GetString(r.Key)}={Encoding.UTF8.GetString(r.Value)} {r.Flags} {r.Revision} {r.Argument} {r.Expiry.Milliseconds}");
            batch = batch[consumed..];
        }

        Assert.True(batch.IsEmpty);
        return operations;
    }

    [Fact]
    public async Task A_batch_is_sent_as_one_request_with_its_operations_in_order()
    {
        var got = new ConcurrentQueue<GotRequest>();
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            got.Enqueue(request);
            Answer(request, connection, 7);
        });
        await using HoldfastClient client = ClientOf(node.Endpoint);
        Batch batch = new Batch()
            .Check("{a}0"u8, new Revision(7))
            .Check("{a}1"u8, Revision.None)
            .Put("{a}2"u8, "v"u8, ifRevision: Revision.None, timeToLive: TimeSpan.FromSeconds(2))
            .Append("{a}3"u8, "w"u8)
            .Increment("{a}4"u8, -3)
            .Delete("{a}5"u8, ifRevision: new Revision(8))
            .Get("{a}6"u8);

        BatchResult result = await client.BatchAsync(batch);

        Assert.True(got.TryDequeue(out GotRequest? sent) && got.IsEmpty);
        Assert.Equal((Operation.Batch, RequestFlags.None, "{a}0", 0), (sent.Operation, sent.Flags, Encoding.UTF8.GetString(sent.Key), sent.Token.Length));
        Assert.Equal(
            [
                "Check {a}0= IfRevision 7 0 0", "Check {a}1= IfAbsent 0 0 0", "Put {a}2=v IfAbsent 0 0 2000", "Append {a}3=w None 0 0 0",
                "Increment {a}4= None 0 -3 0", "Delete {a}5= IfRevision 8 0 0", "Get {a}6= None 0 0 0",
            ],
            OperationsOf(sent.Value));
        Assert.Equal((new Revision(9), 7), (result.Revision, result.Results.Count));
        Assert.Equal((new Revision(7), true, "v"), (result.Results[6].Revision, result.Results[6].Found, Encoding.UTF8.GetString(result.Results[6].Value!)));
    }

    [Fact]
    public async Task A_batch_that_is_to_happen_once_is_sent_again_under_its_token_and_another_is_not_sent_again()
    {
        var sent = new ConcurrentQueue<string>();
        void Note(GotRequest request) => sent.Enqueue($"{Convert.ToHexString(request.Token)} {Convert.ToHexString(request.Value)}");
        await using FakeNode dying = FakeNode.Start((request, connection) =>
        {
            Note(request);
            connection.Dispose();
        });
        await using FakeNode node = FakeNode.Start((request, connection) =>
        {
            Note(request);
            Answer(request, connection, 1);
        });
        await using HoldfastClient client = ClientOf(dying.Endpoint, node.Endpoint);
        Batch batch = new Batch().Increment("k"u8);

        await client.BatchAsync(batch, new WriteOptions { ExactlyOnce = true });
        string[] attempts = [.. sent];
        Assert.Equal([attempts[0], attempts[0]], attempts);
        Assert.Equal(32, attempts[0].IndexOf(' ', StringComparison.Ordinal));

        await using HoldfastClient other = ClientOf(dying.Endpoint, node.Endpoint);
        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => other.BatchAsync(batch));
        Assert.Equal((FaultCode.Timeout, Outcome.Unknown, null), (failure.Code, failure.Outcome, failure.BatchIndex));
        Assert.Equal(3, sent.Count);
    }

    [Theory]
    [InlineData(FaultCode.ConditionFailed, 1)]
    [InlineData(FaultCode.NotAnInteger, 1)]
    [InlineData(FaultCode.Overflow, 1)]
    [InlineData(FaultCode.ValueTooLarge, null)]
    [InlineData(FaultCode.CrossSlot, null)]
    public async Task A_failure_names_the_operation_that_it_is_of(FaultCode code, int? index)
    {
        await using FakeNode node = FakeNode.Start((request, connection) =>
            connection.Reply(new Reply { Id = request.Id, Fault = code, Outcome = Outcome.NotApplied, Number = 1, Revision = new Revision(4) }));
        await using HoldfastClient client = ClientOf(node.Endpoint);

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.BatchAsync(new Batch().Get("k"u8).Increment("k"u8)));

        Assert.Equal((code, Outcome.NotApplied, index), (failure.Code, failure.Outcome, failure.BatchIndex));
        Assert.Equal(new Revision(4), failure.Fault.Revision);
    }

    [Fact]
    public async Task What_no_node_would_take_is_refused_as_it_is_added_and_leaves_the_batch_as_it_was()
    {
        var batch = new Batch();
        Assert.Equal(FaultCode.InvalidKey, Assert.Throws<HoldfastException>(() => batch.Get([])).Code);
        Assert.Equal(FaultCode.KeyTooLarge, Assert.Throws<HoldfastException>(() => batch.Get(new byte[Limits.MaxKeyBytes + 1])).Code);
        Assert.Equal(FaultCode.ValueTooLarge, Assert.Throws<HoldfastException>(() => batch.Put("k"u8, new byte[Limits.MaxBatchBytes])).Code);
        Assert.Throws<ArgumentException>(() => batch.Put("k"u8, [], timeToLive: TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => batch.Delete("k"u8, Revision.None));
        Assert.Equal(0, batch.Count);
        for (int i = 0; i < Limits.MaxBatchOperations; i++)
        {
            batch.Get("k"u8);
        }

        HoldfastException full = Assert.Throws<HoldfastException>(() => batch.Get("k"u8));
        Assert.Equal((FaultCode.BadRequest, Limits.MaxBatchOperations), (full.Code, full.BatchIndex));
        Assert.Equal(Limits.MaxBatchOperations, batch.Count);
        await using HoldfastClient client = ClientOf(FakeNode.Nobody());
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync(new Batch()));
    }

    [Fact]
    public async Task An_answer_without_an_item_for_each_operation_leaves_the_outcome_unknown()
    {
        await using FakeNode node = FakeNode.Start((request, connection) => Answer(request, connection, 1));
        await using HoldfastClient client = ClientOf(node.Endpoint);

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.BatchAsync(new Batch().Get("k"u8).Get("k"u8)));
        Assert.Equal((FaultCode.Unsupported, Outcome.Unknown), (failure.Code, failure.Outcome));
    }

    [Fact]
    public async Task Of_the_options_a_batch_takes_only_those_of_the_whole()
    {
        await using HoldfastClient client = ClientOf(FakeNode.Nobody());
        WriteOptions[] misfits =
        [
            new() { IfAbsent = true }, new() { IfRevision = new Revision(1) }, new() { RetryUnknown = true },
            new() { TimeToLive = TimeSpan.FromSeconds(1) },
        ];
        foreach (WriteOptions options in misfits)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync(new Batch().Get("k"u8), options));
        }
    }
}
