using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Api.Tests;

public class NativeReaderTests
{
    private readonly SeededRandom _random = new(11);

    [Fact]
    public void Random_requests_are_read_as_they_were_written()
    {
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = RandomRequest();
            Assert.Equal(OperationStatus.Done, Request.TryRead([.. bytes, 1, 2, 3], out Request request, out int consumed));
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal(bytes.Length, request.EncodedBytes);
            var again = new ArrayBufferWriter<byte>();
            request.Write(again);
            Assert.Equal(bytes, again.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Random_replies_are_read_as_they_were_written()
    {
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = RandomReply();
            Assert.Equal(OperationStatus.Done, Reply.TryRead([.. bytes, 1, 2, 3], out Reply reply, out int consumed));
            Assert.Equal(bytes.Length, consumed);
            var again = new ArrayBufferWriter<byte>();
            reply.Write(again);
            Assert.Equal(bytes, again.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Every_truncation_needs_more_data()
    {
        byte[] request = RandomRequest();
        for (int length = 0; length < request.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, Request.TryRead(request.AsSpan(0, length), out _, out int consumed));
            Assert.Equal(0, consumed);
        }

        byte[] reply = RandomReply();
        for (int length = 0; length < reply.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, Reply.TryRead(reply.AsSpan(0, length), out _, out int consumed));
            Assert.Equal(0, consumed);
        }
    }

    [Fact]
    public void A_length_that_can_not_be_is_invalid_at_once()
    {
        foreach (uint length in (uint[])[0, 43, NativeProtocol.MaxMessageBytes + 1, uint.MaxValue])
        {
            var input = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(input, length);
            Assert.Equal(OperationStatus.InvalidData, Request.TryRead(input, out _, out _));
            Assert.Equal(OperationStatus.InvalidData, Reply.TryRead(input, out _, out _));
        }
    }

    [Fact]
    public void Another_version_and_lengths_that_contradict_each_other_are_invalid()
    {
        foreach (int at in (int[])[4, 40, 42, 44])
        {
            byte[] request = RandomRequest();
            request[at]++;
            Assert.Equal(OperationStatus.InvalidData, Request.TryRead(request, out _, out _));
        }

        foreach (int at in (int[])[4, 52])
        {
            byte[] reply = RandomReply();
            reply[at]++;
            Assert.Equal(OperationStatus.InvalidData, Reply.TryRead(reply, out _, out _));
        }
    }

    [Theory]
    [InlineData(128, Operation.Put)]
    [InlineData(255, Operation.Put)]
    [InlineData(127, (Operation)0)]
    public void A_field_of_a_later_version_is_skipped_or_makes_the_operation_unknown(byte type, Operation read)
    {
        byte[] plain = Bytes(new Request { Operation = Operation.Put, Id = 5, Key = "key"u8, Value = "value"u8 });
        byte[] extended = [.. plain.AsSpan(0, Request.HeaderBytes), type, 1, 0, 9, .. plain.AsSpan(Request.HeaderBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(extended, (uint)extended.Length - 4);
        BinaryPrimitives.WriteUInt16LittleEndian(extended.AsSpan(42), 4);

        Assert.Equal(OperationStatus.Done, Request.TryRead(extended, out Request request, out int consumed));
        Assert.Equal(extended.Length, consumed);
        Assert.Equal(read, request.Operation);
        Assert.Equal(5UL, request.Id);
        Assert.True(request.Key.SequenceEqual("key"u8));
        Assert.True(request.Value.SequenceEqual("value"u8));
    }

    [Fact]
    public void Damaged_and_random_bytes_never_throw()
    {
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = (i % 2) == 0 ? RandomRequest() : RandomReply();
            for (int damage = _random.Next(1, 6); damage > 0; damage--)
            {
                bytes[_random.Next(bytes.Length)] = (byte)_random.NextUInt64();
            }

            OperationStatus asRequest = Request.TryRead(bytes, out _, out int requestBytes);
            OperationStatus asReply = Reply.TryRead(bytes, out _, out int replyBytes);
            Assert.True(asRequest != OperationStatus.Done || requestBytes <= bytes.Length);
            Assert.True(asReply != OperationStatus.Done || replyBytes <= bytes.Length);
        }
    }

    [Fact]
    public void The_items_of_a_page_are_read_in_order_and_no_truncation_gives_one_more()
    {
        var output = new ArrayBufferWriter<byte>();
        var ends = new List<int> { 0 };
        for (int i = 0; i < 5; i++)
        {
            new PageItem { Key = RandomBytes(1, 20), Value = RandomBytes(0, 20), Revision = new Revision((ulong)i) }.Write(output);
            ends.Add(output.WrittenCount);
        }

        for (int length = 0; length <= output.WrittenCount; length++)
        {
            ReadOnlySpan<byte> page = output.WrittenSpan[..length];
            int count = 0;
            while (PageItem.TryRead(ref page, out PageItem item))
            {
                Assert.Equal((ulong)count++, item.Revision.Value);
            }

            Assert.Equal(ends.Count(end => end <= length) - 1, count);
        }
    }

    private byte[] RandomRequest() => Bytes(new Request
    {
        Operation = (Operation)_random.Next(256),
        Flags = (RequestFlags)_random.Next(65536),
        Id = _random.NextUInt64(),
        TimeoutMs = (uint)_random.NextUInt64(),
        Partition = new PartitionId((uint)_random.NextUInt64()),
        Revision = new Revision(_random.NextUInt64()),
        Argument = (long)_random.NextUInt64(),
        Key = RandomBytes(0, 50),
        Value = RandomBytes(0, 100),
    });

    private byte[] RandomReply()
    {
        var output = new ArrayBufferWriter<byte>();
        new Reply
        {
            Fault = (FaultCode)_random.Next(256),
            Outcome = (Outcome)_random.Next(256),
            Flags = (ReplyFlags)_random.Next(256),
            Id = _random.NextUInt64(),
            Revision = new Revision(_random.NextUInt64()),
            Number = (long)_random.NextUInt64(),
            TimeToLiveMs = _random.NextUInt64(),
            ServedBy = new NodeId((uint)_random.NextUInt64()),
            Partition = new PartitionId((uint)_random.NextUInt64()),
            RetryAfterMs = (uint)_random.NextUInt64(),
            Payload = RandomBytes(0, 100),
        }.Write(output);
        return output.WrittenSpan.ToArray();
    }

    private byte[] RandomBytes(int atLeast, int below) =>
        [.. Enumerable.Range(0, _random.Next(atLeast, below)).Select(_ => (byte)_random.NextUInt64())];

    private static byte[] Bytes(in Request request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
