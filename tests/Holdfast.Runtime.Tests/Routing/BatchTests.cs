using System.Text;
using Holdfast.Api;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public sealed class BatchTests : IDisposable
{
    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 4);
    private readonly BatchBuilder _batch = new();
    private ulong _id;

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_batch_is_one_change_from_any_node(uint node)
    {
        Add(Operation.Put, "{a}1", "one");
        Add(Operation.Increment, "{a}n", argument: 5);
        Add(Operation.Get, "{a}1");
        Add(Operation.Copy, "{a}1", "{a}2");
        BatchReply reply = Send(node);

        Assert.Equal(FaultCode.None, reply.Fault);
        Assert.Equal(4, reply.Items.Count);
        Assert.Equal((BatchItemFlags.Created | BatchItemFlags.Changed, 3L), (reply.Items[0].Flags, reply.Items[0].Length));
        Assert.Equal(5, reply.Items[1].Number);
        Assert.Equal((BatchItemFlags.Found | BatchItemFlags.HasPayload, "one"), (reply.Items[2].Flags, reply.Items[2].Payload));
        Assert.Equal("one", Get(node, "{a}2"));
    }

    [Fact]
    public void A_batch_that_fails_does_nothing_and_names_what_failed()
    {
        Put("{a}text", "no number");
        Add(Operation.Put, "{a}1", "one");
        Add(Operation.Increment, "{a}text");
        BatchReply reply = Send(0);
        Assert.Equal((FaultCode.NotAnInteger, Outcome.NotApplied, 1L), (reply.Fault, reply.Outcome, reply.Number));
        Assert.Equal("", Get(0, "{a}1"));

        Add(Operation.Put, "{a}1", "one");
        Add(Operation.Check, "{a}text", flags: RequestFlags.IfAbsent);
        reply = Send(1);
        Assert.Equal((FaultCode.ConditionFailed, 1L), (reply.Fault, reply.Number));
        Assert.NotEqual(0UL, reply.Revision);

        Add(Operation.Rename, "{a}absent", "{a}2");
        reply = Send(2);
        Assert.Equal((FaultCode.NotFound, 0L), (reply.Fault, reply.Number));
    }

    [Fact]
    public void In_a_sequential_batch_only_a_failed_check_prevents_the_rest()
    {
        Put("{a}text", "no number");
        Add(Operation.Check, "{a}1", flags: RequestFlags.IfAbsent);
        Add(Operation.Increment, "{a}text");
        Add(Operation.Put, "{a}1", "one");
        BatchReply reply = Send(0, sequential: true);
        Assert.Equal(FaultCode.None, reply.Fault);
        Assert.Equal([FaultCode.None, FaultCode.NotAnInteger, FaultCode.None], reply.Items.Select(item => item.Fault));
        Assert.Equal("one", Get(0, "{a}1"));

        Add(Operation.Check, "{a}1", flags: RequestFlags.IfAbsent);
        Add(Operation.Put, "{a}1", "two");
        Assert.Equal(FaultCode.ConditionFailed, Send(0, sequential: true).Fault);
        Assert.Equal("one", Get(0, "{a}1"));
    }

    [Fact]
    public void Keys_that_do_not_live_together_are_refused()
    {
        Add(Operation.Put, "{a}1", "one");
        Add(Operation.Put, "{b}1", "one");
        Assert.Equal((FaultCode.CrossSlot, Outcome.NotApplied), Refusal());

        Add(Operation.Copy, "{a}1", "{b}1");
        Assert.Equal((FaultCode.CrossSlot, Outcome.NotApplied), Refusal());
    }

    [Fact]
    public void Keys_of_several_slots_of_one_partition_are_taken_when_that_is_asked_for()
    {
        var ranges = new SlotRanges(4);
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"k{i}")];
        PartitionId PartitionOf(string key) => ranges.PartitionOf(SlotHash.Of(Encoding.UTF8.GetBytes(key)));
        string[] together = [.. keys.Where(key => PartitionOf(key) == PartitionOf(keys[0]))];
        string elsewhere = keys.First(key => PartitionOf(key) != PartitionOf(keys[0]));
        foreach (string key in together)
        {
            Add(Operation.Put, key, "v");
        }

        Assert.Equal(FaultCode.CrossSlot, Send(0, key: keys[0]).Fault);
        foreach (string key in together)
        {
            Add(Operation.Put, key, "v");
        }

        Assert.Equal(FaultCode.None, Send(0, key: keys[0], anySlot: true).Fault);
        Add(Operation.Put, keys[0], "w");
        Add(Operation.Put, elsewhere, "w");
        Assert.Equal(FaultCode.CrossSlot, Send(0, key: keys[0], anySlot: true).Fault);
        Assert.Equal("v", Get(1, keys[0]));
    }

    [Fact]
    public void What_is_no_batch_is_refused_and_the_node_goes_on()
    {
        Assert.Equal(FaultCode.BadRequest, SendRaw([]).Fault);
        Assert.Equal(FaultCode.BadRequest, SendRaw([1, 2, 3]).Fault);
        Assert.Equal(FaultCode.BadRequest, SendRaw(Fakes.Requests.Count(1, 0)).Fault);
        Assert.Equal(FaultCode.BadRequest, SendRaw([.. Fakes.Requests.Put(1, "{a}1", "v"), 0]).Fault);
        Assert.Equal(FaultCode.InvalidKey, SendRaw(Fakes.Requests.Put(1, "", "v")).Fault);
        Assert.Equal(FaultCode.KeyTooLarge, SendRaw(Fakes.Requests.Put(1, "{a}" + new string('k', 4096), "v")).Fault);
        Assert.Equal(FaultCode.BadRequest, SendRaw(Fakes.Requests.Encode(new Request
        {
            Operation = Operation.Put,
            Session = new SessionNumber(1, 1, 1),
            Key = "{a}1"u8,
        })).Fault);
        Put("{a}1", "one");
        Assert.Equal("one", Get(1, "{a}1"));
    }

    [Fact]
    public void A_batch_survives_the_crash_of_all_nodes()
    {
        Add(Operation.Put, "{a}1", "one");
        Add(Operation.Put, "{a}2", "two");
        Assert.Equal(FaultCode.None, Send(0).Fault);
        for (uint node = 0; node < 3; node++)
        {
            _cluster.Crash(node);
        }

        for (uint node = 0; node < 3; node++)
        {
            _cluster.Restart(node);
        }

        Assert.Equal("one", Get(0, "{a}1"));
        Assert.Equal("two", Get(1, "{a}2"));
    }

    private void Add(Operation operation, string key, string value = "", long argument = 1, RequestFlags flags = RequestFlags.None) =>
        _batch.Add(new Request
        {
            Operation = operation,
            Flags = flags,
            Argument = argument,
            Key = Encoding.UTF8.GetBytes(key),
            Value = Encoding.UTF8.GetBytes(value),
        });

    private (FaultCode Fault, Outcome Outcome) Refusal()
    {
        BatchReply reply = Send(0);
        return (reply.Fault, reply.Outcome);
    }

    private BatchReply Send(uint node, bool sequential = false, string key = "{a}1", bool anySlot = false)
    {
        Request request = _batch.ToRequest(Encoding.UTF8.GetBytes(key), sequential, anySlot);
        request.Id = ++_id;
        byte[] encoded = Fakes.Requests.Encode(request);
        _batch.Reset();
        return Exchange(node, encoded);
    }

    private BatchReply SendRaw(byte[] operations) =>
        Exchange(0, Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Batch, Key = "{a}1"u8, Value = operations }));

    private void Put(string key, string value) => Assert.Equal(FaultCode.None, Exchange(0, Fakes.Requests.Put(++_id, key, value)).Fault);

    private string Get(uint node, string key) => Exchange(node, Fakes.Requests.Get(++_id, key)).Payload;

    private BatchReply Exchange(uint node, byte[] request)
    {
        var sink = new BatchSink();
        using IRequestSession session = _cluster[node].Engine.Open(sink);
        session.Submit(request);
        _cluster.Until(() => sink.Reply is not null);
        return sink.Reply!;
    }

    private sealed record Item(FaultCode Fault, BatchItemFlags Flags, long Number, long Length, string Payload);

    private sealed record BatchReply(FaultCode Fault, Outcome Outcome, long Number, ulong Revision, string Payload, List<Item> Items);

    private sealed class BatchSink : IReplySink
    {
        public BatchReply? Reply { get; private set; }

        public void OnReplies(ReadOnlySpan<byte> replies)
        {
            Api.Reply.TryRead(replies, out Reply reply, out int consumed);
            Assert.Equal(replies.Length, consumed);
            List<Item> items = [];
            ReadOnlySpan<byte> rest = reply.Payload;
            while (BatchItem.TryRead(ref rest, out BatchItem item))
            {
                items.Add(new Item(item.Fault, item.Flags, item.Number, item.Length, Encoding.UTF8.GetString(item.Payload)));
            }

            Reply = new BatchReply(
                reply.Fault, reply.Outcome, reply.Number, reply.Revision.Value, Encoding.UTF8.GetString(reply.Payload), items);
        }
    }
}
