using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Api.Tests;

/// <summary>
/// The frozen bytes and numbers of the native protocol. Clients and nodes of other versions speak it: when one of these fails, do not edit
/// it. Bring the format back, give the changed one a new version number beside it, and add golden bytes for that.
/// </summary>
public class NativeFormatTests
{
    [Fact]
    public void A_request_is_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        new Request
        {
            Operation = Operation.Put,
            Flags = RequestFlags.IfRevision | RequestFlags.ReturnOld,
            Id = 0x0102030405060708,
            TimeoutMs = 5000,
            Partition = new PartitionId(9),
            Revision = new Revision(10),
            Argument = -2,
            Key = "key"u8,
            Value = "value"u8,
        }.Write(output);

        Assert.Equal(
            Hex("34000000 01 03 1800 0807060504030201 88130000 09000000 0a00000000000000 feffffffffffffff 0300 0000 05000000 6b6579 76616c7565"),
            Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void A_request_with_an_expiry_is_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        new Request { Operation = Operation.Put, Id = 1, Expiry = Expiry.After(30_000), Key = "key"u8, Value = "value"u8 }.Write(output);

        Assert.Equal(
            Hex("40000000 01 03 0000 0100000000000000 00000000 00000000 0000000000000000 0000000000000000 0300 0c00 05000000"
                + "01 0900 01 3075000000000000 6b6579 76616c7565"),
            Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal(OperationStatus.Done, Request.TryRead(output.WrittenSpan, out Request request, out _));
        Assert.Equal(Expiry.After(30_000), request.Expiry);
        Assert.Equal("value"u8, request.Value);
    }

    [Fact]
    public void A_request_of_a_session_and_one_with_a_token_are_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        new Request { Operation = Operation.Delete, Id = 1, Session = new SessionNumber(7, 5, 3), Key = "key"u8 }.Write(output);
        Assert.Equal(
            Hex("4a000000 01 05 0000 0100000000000000 00000000 00000000 0000000000000000 0000000000000000 0300 1b00 00000000"
                + "02 1800 0700000000000000 0500000000000000 0300000000000000 6b6579"),
            Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal(OperationStatus.Done, Request.TryRead(output.WrittenSpan, out Request request, out _));
        Assert.Equal(new SessionNumber(7, 5, 3), request.Session);

        output.ResetWrittenCount();
        new Request { Operation = Operation.Delete, Id = 1, Expiry = Expiry.Keep, Token = "tok"u8, Fingerprint = 9, Key = "key"u8 }.Write(output);
        Assert.Equal(
            Hex("49000000 01 05 0000 0100000000000000 00000000 00000000 0000000000000000 0000000000000000 0300 1a00 00000000"
                + "01 0900 03 0000000000000000 03 0b00 0900000000000000 746f6b 6b6579"),
            Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal(OperationStatus.Done, Request.TryRead(output.WrittenSpan, out request, out _));
        Assert.Equal("tok"u8, request.Token);
        Assert.Equal(9UL, request.Fingerprint);
    }

    [Fact]
    public void A_request_that_is_forwarded_in_order_is_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        var request = new Request { Operation = Operation.Delete, Id = 1, TimeoutMs = 9, Expiry = Expiry.Keep, Key = "key"u8, Value = "v"u8 };
        request.Write(output);
        byte[] encoded = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        Request.Forward(encoded, id: 2, timeoutMs: 8, new SessionNumber(7, 5, 3), output);
        Assert.Equal(
            Hex("57000000 01 05 0000 0200000000000000 08000000 00000000 0000000000000000 0000000000000000 0300 2700 01000000"
                + "04 1800 0700000000000000 0500000000000000 0300000000000000 01 0900 03 0000000000000000 6b6579 76"),
            Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal(OperationStatus.Done, Request.TryRead(output.WrittenSpan, out Request forwarded, out _));
        Assert.Equal((new SessionNumber(7, 5, 3), true, Expiry.Keep), (forwarded.Session, forwarded.IsInOrder, forwarded.Expiry));
        byte[] inOrder = output.WrittenSpan.ToArray();

        request.Session = new SessionNumber(7, 5, 3);
        request.IsInOrder = true;
        request.Id = 2;
        request.TimeoutMs = 8;
        output.ResetWrittenCount();
        request.Write(output);
        Assert.Equal(inOrder.Length, output.WrittenCount);
        Assert.Equal(OperationStatus.Done, Request.TryRead(output.WrittenSpan, out forwarded, out _));
        Assert.True(forwarded.IsInOrder);

        output.ResetWrittenCount();
        Request.Forward(encoded, id: 1, timeoutMs: 9, default, output);
        Assert.Equal(encoded, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void The_items_of_a_batch_are_frozen_and_read_one_after_the_other()
    {
        var output = new ArrayBufferWriter<byte>();
        new BatchItem
        {
            Fault = FaultCode.NotAnInteger,
            Flags = BatchItemFlags.Found | BatchItemFlags.HasPayload,
            Revision = new Revision(2),
            Number = -1,
            Length = 3,
            DeadlineMs = 4,
            TimeToLiveMs = 5,
            Payload = "old"u8,
        }.Write(output);
        new BatchItem { Flags = BatchItemFlags.Created }.Write(output);
        Assert.Equal(
            Hex("01 05 09 00 03000000 0200000000000000 ffffffffffffffff 0300000000000000 0400000000000000 0500000000000000 6f6c64"
                + "01 00 02 00 00000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"),
            Convert.ToHexStringLower(output.WrittenSpan));

        ReadOnlySpan<byte> items = output.WrittenSpan;
        Assert.True(BatchItem.TryRead(ref items, out BatchItem first));
        Assert.Equal((FaultCode.NotAnInteger, -1L, 3L, 4UL, 5UL), (first.Fault, first.Number, first.Length, first.DeadlineMs, first.TimeToLiveMs));
        Assert.Equal("old"u8, first.Payload);
        Assert.True(BatchItem.TryRead(ref items, out BatchItem second));
        Assert.Equal(BatchItemFlags.Created, second.Flags);
        Assert.False(BatchItem.TryRead(ref items, out _));
        items = output.WrittenSpan[..^49];
        Assert.False(BatchItem.TryRead(ref items, out _));
    }

    [Fact]
    public void A_batch_is_its_operations_one_after_the_other()
    {
        var batch = new BatchBuilder();
        batch.Add(new Request { Operation = Operation.Check, Flags = RequestFlags.IfAbsent, Key = "a"u8 });
        batch.Add(new Request { Operation = Operation.Put, Key = "a"u8, Value = "1"u8 });
        Request request = batch.ToRequest("a"u8, sequential: true);
        Assert.Equal((Operation.Batch, RequestFlags.Sequential, 2), (request.Operation, request.Flags, batch.Count));
        Assert.Equal(OperationStatus.Done, Request.TryRead(request.Value, out Request check, out int consumed));
        Assert.Equal((Operation.Check, RequestFlags.IfAbsent), (check.Operation, check.Flags));
        Assert.Equal(OperationStatus.Done, Request.TryRead(request.Value[consumed..], out Request put, out int rest));
        Assert.Equal((Operation.Put, batch.Bytes), (put.Operation, consumed + rest));
    }

    [Theory]
    [InlineData("02 1800 0000000000000000 0100000000000000 0100000000000000")]
    [InlineData("02 1800 0100000000000000 0100000000000000 0000000000000000")]
    [InlineData("02 1800 0100000000000000 0100000000000000 0200000000000000")]
    [InlineData("02 1700 0100000000000000 0100000000000000 01000000000000")]
    [InlineData("03 0800 0100000000000000")]
    [InlineData("03 0900 0100000000000000 61 02 1800 0100000000000000 0100000000000000 0100000000000000")]
    [InlineData("01 0900 01 ffffffffffffffff")]
    [InlineData("01 0900 00 0000000000000000")]
    [InlineData("01 0900 04 0000000000000000")]
    [InlineData("01 0800 01 00000000000000")]
    [InlineData("01 09")]
    [InlineData("01 0900 01 0000000000000000 01 0900 01 0000000000000000")]
    public void A_request_with_a_malformed_field_is_invalid(string extension)
    {
        byte[] field = Convert.FromHexString(Hex(extension));
        var output = new ArrayBufferWriter<byte>();
        new Request { Operation = Operation.Get, Id = 1 }.Write(output);
        byte[] bytes = [.. output.WrittenSpan, .. field];
        bytes[0] += (byte)field.Length;
        bytes[42] = (byte)field.Length;

        Assert.Equal(OperationStatus.InvalidData, Request.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void A_reply_is_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        new Reply
        {
            Fault = FaultCode.Timeout,
            Outcome = Outcome.Unknown,
            Flags = ReplyFlags.Found | ReplyFlags.More,
            Id = 0x0102030405060708,
            Revision = new Revision(10),
            Number = -2,
            TimeToLiveMs = 11,
            ServedBy = new NodeId(12),
            Partition = new PartitionId(13),
            RetryAfterMs = 14,
            Payload = "late"u8,
        }.Write(output);

        Assert.Equal(
            Hex("38000000 01 0d 02 05 0807060504030201 0a00000000000000 feffffffffffffff 0b00000000000000 0c000000 0d000000 0e000000 04000000 6c617465"),
            Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void An_item_of_a_page_is_frozen()
    {
        var output = new ArrayBufferWriter<byte>();
        new PageItem { Key = "key"u8, Value = "value"u8, Revision = new Revision(10), TimeToLiveMs = 11 }.Write(output);

        Assert.Equal(
            Hex("0300 0000 05000000 0a00000000000000 0b00000000000000 6b6579 76616c7565"), Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void The_numbers_on_the_wire_are_frozen()
    {
        Assert.Equal(
            "Get=1 Measure=2 Put=3 Append=4 Delete=5 Increment=6 List=7 Scan=8 Count=9 Clear=10 Flush=11 Expire=12 Deadline=13 Batch=14 Check=15 Copy=16 Rename=17 Changes=18", Numbers<Operation>());
        Assert.Equal(
            "None=0 Stale=1 IfAbsent=2 IfPresent=4 IfRevision=8 ReturnOld=16 KeysOnly=32 AfterStart=64 "
            + "IfExpiring=128 IfLasting=256 IfLater=512 IfEarlier=1024 IfDestinationAbsent=2048 Sequential=4096 AnySlot=8192 FromNow=16384", Numbers<RequestFlags>());
        Assert.Equal("None=0 Found=1 Created=2 More=4 Gap=8 NotKept=16", Numbers<ReplyFlags>());
        Assert.Equal("Done=0 NotApplied=1 Unknown=2", Numbers<Outcome>());
        Assert.Equal(
            "None=0 BadRequest=1 InvalidKey=2 KeyTooLarge=3 ValueTooLarge=4 NotAnInteger=5 Overflow=6 ConditionFailed=7 CrossSlot=8 "
            + "Overloaded=9 NoLeader=10 Starting=11 Stopping=12 Timeout=13 DiskFull=14 MemoryFull=15 Unsupported=16 NotFound=17 IdempotencyMismatch=18 SessionExpired=19",
            Numbers<FaultCode>());
    }

    [Fact]
    public void The_greeting_of_a_connection_is_frozen()
    {
        Assert.Equal("HFP1"u8.ToArray(), NativeProtocol.Magic.ToArray());
        Assert.Equal((byte)'C', NativeProtocol.ClientRole);
    }

    private static string Numbers<T>()
        where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value, null)}"));

    private static string Hex(string golden) => golden.Replace(" ", "", StringComparison.Ordinal);
}
