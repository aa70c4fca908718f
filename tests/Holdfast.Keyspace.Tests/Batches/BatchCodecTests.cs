using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Batches;

/// <summary>Logs hold these bytes: a failure here is never fixed by changing the expectation, but by a new format version.</summary>
public class BatchCodecTests
{
    private const string Put = "11000000 01 01 0000 0730 00 0300 6B6579 01000000 76";
    private const string Get = "0B000000 01 0A 0000 0730 0300 6B6579";
    private const string Check = "14000000 01 0C 0000 0730 03 0900000000000000 0300 6B6579";

    private static readonly Slot Slot = new(0x3007);

    public static TheoryData<CommandKind, string> Golden => new()
    {
        { CommandKind.Put, Put },
        { CommandKind.Append, "10000000 01 02 0000 0730 0300 6B6579 01000000 76" },
        { CommandKind.Delete, "0C000000 01 03 0000 0730 00 0300 6B6579" },
        { CommandKind.Increment, "13000000 01 04 0000 0730 FEFFFFFFFFFFFFFF 0300 6B6579" },
        { CommandKind.Expire, "0C000000 01 07 0000 0730 00 0300 6B6579" },
        { CommandKind.Get, Get },
        { CommandKind.Measure, "0B000000 01 0B 0000 0730 0300 6B6579" },
        { CommandKind.Check, Check },
        { CommandKind.Copy, "11000000 01 0D 1000 0730 0300 6B6579 0830 0200 746F" },
        { CommandKind.Rename, "11000000 01 0E 0000 0730 0300 6B6579 0830 0200 746F" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_bytes_of_a_batch_with_each_operation_are_frozen(CommandKind kind, string hex)
    {
        var builder = new BatchBuilder(BatchMode.Sequential);
        builder.Add(Make(kind));
        Assert.Equal(Bytes($"01 09 0000 01 0100 {Length(hex)} {hex}"), Encoded(builder.ToCommand()));
    }

    [Fact]
    public void Several_operations_and_a_stamp_are_written_and_read_again()
    {
        var builder = new BatchBuilder(BatchMode.Sequential);
        builder.Add(Make(CommandKind.Check));
        Assert.Equal((1, Bytes(Check).Length), (builder.Count, builder.Bytes));
        builder.Reset(BatchMode.Atomic);
        builder.Add(Make(CommandKind.Put));
        builder.Add(Make(CommandKind.Check));
        Command made = builder.ToCommand();
        made.StampMs = 9;
        byte[] bytes = Encoded(made);
        Assert.Equal(Bytes($"01 09 0001 0900000000000000 00 0200 {Length(Put + Check)} {Put} {Check}"), bytes);
        Assert.True(CommandCodec.TryDecode(bytes, out Command read, out _));
        Assert.Equal((BatchMode.Atomic, 2U, 9UL), (read.Mode, read.Limit, read.StampMs));
        Assert.Equal(bytes, Encoded(read));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(CommandCodec.TryDecode(bytes.AsSpan(0, length), out _, out CommandError error));
            Assert.Equal(CommandError.Truncated, error);
        }
    }

    [Theory]
    [InlineData("00", "0000", "", CommandError.OutOfRange)]
    [InlineData("02", "0100", Get, CommandError.OutOfRange)]
    [InlineData("00", "1127", "", CommandError.OutOfRange)]
    [InlineData("00", "0200", Get, CommandError.Truncated)]
    [InlineData("00", "0100", Get + Get, CommandError.TrailingBytes)]
    [InlineData("01", "0200", Get + Check, CommandError.OutOfRange)]
    [InlineData("00", "0100", "0C000000 01 0A 0000 0730 0300 6B6579 00", CommandError.TrailingBytes)]
    [InlineData("00", "0100", "0A000000 01 0A 0000 0730 0300 6B65", CommandError.Truncated)]
    [InlineData("00", "0100", "FFFFFFFF 01 0A 0000 0730 0300 6B65", CommandError.Truncated)]
    [InlineData("00", "0100", "04000000 01 06 0000", CommandError.UnknownKind)]
    [InlineData("00", "0100", "08000000 01 08 0000 01000000", CommandError.UnknownKind)]
    [InlineData("00", "0100", "0B000000 01 09 0000 00 0000 00000000", CommandError.UnknownKind)]
    [InlineData("00", "0100", "13000000 01 0A 0001 0100000000000000 0730 0300 6B6579", CommandError.UnknownFlags)]
    [InlineData("00", "0100", "0B000000 01 0A 1000 0730 0300 6B6579", CommandError.UnknownFlags)]
    [InlineData("00", "0100", "11000000 01 0D 0000 0730 0300 6B6579 0040 0200 746F", CommandError.OutOfRange)]
    public void What_is_not_a_batch_is_refused_with_the_reason(string mode, string count, string operations, CommandError expected)
    {
        Assert.False(CommandCodec.TryDecode(
            Bytes($"01 09 0000 {mode} {count} {Length(operations)} {operations}"), out _, out CommandError error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("01 0A 0000 0730 0300 6B6579")]
    [InlineData("01 0D 0000 0730 0300 6B6579 0830 0200 746F")]
    public void The_operations_of_batches_are_no_commands_on_their_own(string hex)
    {
        Assert.False(CommandCodec.TryDecode(Bytes(hex), out _, out CommandError error));
        Assert.Equal(CommandError.UnknownKind, error);
    }

    [Fact]
    public void A_builder_refuses_what_no_batch_may_hold()
    {
        var builder = new BatchBuilder(BatchMode.Sequential);
        Assert.Throws<InvariantViolationException>(() => builder.ToCommand().Limit);
        Assert.Throws<InvariantViolationException>(() => builder.Add(Command.Flush()));
        builder.Add(Make(CommandKind.Get));
        Assert.Throws<InvariantViolationException>(() => builder.Add(Make(CommandKind.Check)));
        for (int i = 1; i < BatchBuilder.MaxOperations; i++)
        {
            builder.Add(Make(CommandKind.Get));
        }

        Assert.Throws<InvariantViolationException>(() => builder.Add(Make(CommandKind.Get)));
        Assert.True(CommandCodec.TryDecode(Encoded(builder.ToCommand()), out _, out _));
    }

    private static Command Make(CommandKind kind) => kind switch
    {
        CommandKind.Put => Command.Put(Slot, "key"u8, "v"u8),
        CommandKind.Append => Command.Append(Slot, "key"u8, "v"u8),
        CommandKind.Delete => Command.Delete(Slot, "key"u8),
        CommandKind.Increment => Command.Increment(Slot, "key"u8, -2),
        CommandKind.Expire => Command.Expire(Slot, "key"u8, Expiry.None),
        CommandKind.Get => Command.Get(Slot, "key"u8),
        CommandKind.Measure => Command.Measure(Slot, "key"u8),
        CommandKind.Check => Command.Check(Slot, "key"u8, Condition.RevisionIs(new Revision(9))),
        CommandKind.Copy => Command.Copy(Slot, "key"u8, new Slot(0x3008), "to"u8, CommandFlags.IfDestinationAbsent),
        CommandKind.Rename => Command.Rename(Slot, "key"u8, new Slot(0x3008), "to"u8),
        _ => throw new ArgumentException(kind.ToString()),
    };

    private static byte[] Encoded(in Command command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, output);
        Assert.Equal(CommandCodec.SizeOf(command), output.WrittenCount);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static string Length(string hex) => Convert.ToHexString(BitConverter.GetBytes(Bytes(hex).Length));
}
