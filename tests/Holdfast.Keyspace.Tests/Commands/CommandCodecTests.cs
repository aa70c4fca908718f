using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Commands;

/// <summary>Logs hold these bytes: a failure here is never fixed by changing the expectation, but by a new format version.</summary>
public class CommandCodecTests
{
    public static TheoryData<string, string> Golden => new()
    {
        { "put", "01 01 0000 0730 00 0300 6B6579 05000000 76616C7565" },
        { "put-if", "01 01 0300 0730 03 0900000000000000 0807060504030201 0300 6B6579 00000000" },
        { "put-absent", "01 01 0000 0730 01 0300 6B6579 00000000" },
        { "put-present", "01 01 0000 0730 02 0300 6B6579 00000000" },
        { "append", "01 02 0000 0730 0300 6B6579 05000000 76616C7565" },
        { "delete", "01 03 0000 0730 00 0300 6B6579" },
        { "delete-if", "01 03 0100 0730 03 0900000000000000 0300 6B6579" },
        { "increment", "01 04 0000 0730 FEFFFFFFFFFFFFFF 0300 6B6579" },
        { "clear", "01 05 2000 E8030000 0900000000000000 0300 6B6579 0000" },
        { "clear-of-older-programs", "01 05 0000 E8030000 0900000000000000 0300 6B6579 0000" },
        { "flush", "01 06 0000" },
        { "put-stamped", "01 01 0001 0102030405060708 0730 00 0300 6B6579 00000000" },
        { "put-ttl", "01 01 0401 0102030405060708 0730 00 E803000000000000 0300 6B6579 00000000" },
        { "put-keep", "01 01 0800 0730 02 0300 6B6579 00000000" },
        { "expire", "01 07 0201 0102030405060708 0730 00 0900000000000000 0300 6B6579" },
        { "expire-if", "01 07 0500 0730 0A 0000000000000000 0300 6B6579" },
        { "persist", "01 07 0000 0730 00 0300 6B6579" },
        { "advance", "01 08 0001 0102030405060708 E8030000" },
        { "put-in-session", "01 01 0003 0102030405060708 0900000000000000 0500000000000000 0300000000000000 0730 00 0300 6B6579 00000000" },
        { "flush-under-token", "01 06 0005 0102030405060708 05 746F6B656E 0700000000000000" },
        { "touch", "01 0F 0003 0102030405060708 0900000000000000 0500000000000000 0300000000000000" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_bytes_of_each_command_are_frozen(string name, string hex)
    {
        byte[] expected = Convert.FromHexString(hex.Replace(" ", ""));
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(Make(name), output);
        Assert.Equal(expected, output.WrittenSpan.ToArray());
        Assert.Equal(expected.Length, CommandCodec.SizeOf(Make(name)));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void What_was_written_is_read_again(string name, string hex)
    {
        Command made = Make(name);
        Assert.True(CommandCodec.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), out Command read, out CommandError error));
        Assert.Equal(CommandError.None, error);
        Assert.Equal(made.Kind, read.Kind);
        Assert.Equal(made.Flags, read.Flags & (CommandFlags.ReturnOldValue | CommandFlags.RevisionPerKey));
        Assert.Equal(made.StampMs, read.StampMs);
        Assert.Equal(made.Origin.Kind, read.Origin.Kind);
        Assert.Equal(made.Origin.SessionId, read.Origin.SessionId);
        Assert.Equal(made.Origin.Sequence, read.Origin.Sequence);
        Assert.Equal(made.Origin.LowestOpen, read.Origin.LowestOpen);
        Assert.Equal(made.Origin.Token, read.Origin.Token);
        Assert.Equal(made.Origin.Fingerprint, read.Origin.Fingerprint);
        Assert.Equal(made.DeadlineCondition, read.DeadlineCondition);
        Assert.Equal(made.Slot, read.Slot);
        Assert.Equal(made.Condition, read.Condition);
        Assert.Equal(made.Expiry, read.Expiry);
        Assert.Equal(made.By, read.By);
        Assert.Equal(made.Limit, read.Limit);
        Assert.Equal(made.Bound, read.Bound);
        Assert.Equal(made.Key, read.Key);
        Assert.Equal(made.Value, read.Value);
        Assert.Equal(made.End, read.End);
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_command_cut_anywhere_or_gone_beyond_is_refused(string name, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", ""));
        for (int length = 0; length < bytes.Length; length++)
        {
            bool decoded = CommandCodec.TryDecode(bytes.AsSpan(0, length), out Command cut, out CommandError error);
            Assert.False(decoded, $"{name} cut at {length}");
            Assert.Equal(CommandError.Truncated, error);
            Assert.Equal(default, cut.Kind);
        }

        Assert.False(CommandCodec.TryDecode([.. bytes, 0], out _, out CommandError trailing));
        Assert.Equal(CommandError.TrailingBytes, trailing);
    }

    [Theory]
    [InlineData("02 06 0000", CommandError.UnknownVersion)]
    [InlineData("01 00 0000", CommandError.UnknownKind)]
    [InlineData("01 10 0000", CommandError.UnknownKind)]
    [InlineData("01 0F 0000", CommandError.UnknownFlags)]
    [InlineData("01 0F 0001 0100000000000000", CommandError.UnknownFlags)]
    [InlineData("01 0F 0005 0100000000000000 01 61 0000000000000000", CommandError.UnknownFlags)]
    [InlineData("01 06 0004 01 61 0000000000000000", CommandError.UnknownFlags)]
    [InlineData("01 06 0007 0100000000000000", CommandError.UnknownFlags)]
    [InlineData("01 06 0005 0100000000000000 00 0000000000000000", CommandError.OutOfRange)]
    [InlineData("01 06 0003 0100000000000000 0000000000000000 0100000000000000 0100000000000000", CommandError.OutOfRange)]
    [InlineData("01 06 0003 0100000000000000 0100000000000000 0000000000000000 0000000000000000", CommandError.OutOfRange)]
    [InlineData("01 06 0003 0100000000000000 0100000000000000 0100000000000000 0000000000000000", CommandError.OutOfRange)]
    [InlineData("01 06 0003 0100000000000000 0100000000000000 0100000000000000 0200000000000000", CommandError.OutOfRange)]
    [InlineData("01 08 0003 0100000000000000 0100000000000000 0100000000000000 0100000000000000 01000000", CommandError.UnknownFlags)]
    [InlineData("01 06 0100", CommandError.UnknownFlags)]
    [InlineData("01 06 0080", CommandError.UnknownFlags)]
    [InlineData("01 02 0100 0730 0100 6B 00000000", CommandError.UnknownFlags)]
    [InlineData("01 03 0200 0730 00 0100 6B", CommandError.UnknownFlags)]
    [InlineData("01 05 0080 01000000 0000000000000000 0000 0000", CommandError.UnknownFlags)]
    [InlineData("01 03 0000 0040 00 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 03 0000 0730 04 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 03 0000 0730 03 0000000000000000 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 01 0200 0730 00 0000000000000000 0100 6B 00000000", CommandError.OutOfRange)]
    [InlineData("01 05 0000 00000000 0000000000000000 0000 0000", CommandError.OutOfRange)]
    [InlineData("01 02 0000 0730 0100 6B FFFFFFFF", CommandError.Truncated)]
    [InlineData("01 06 0001 0000000000000000", CommandError.OutOfRange)]
    [InlineData("01 06 0002", CommandError.UnknownFlags)]
    [InlineData("01 01 0600 0730 00 0100000000000000 0100000000000000 0100 6B 00000000", CommandError.OutOfRange)]
    [InlineData("01 07 0800 0730 00 0100 6B", CommandError.UnknownFlags)]
    [InlineData("01 07 0200 0730 00 0000000000000000 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 07 0200 0730 03 0100000000000000 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 07 0200 0730 10 0100000000000000 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 07 0000 0730 02 0100 6B", CommandError.OutOfRange)]
    [InlineData("01 08 0000 00000000", CommandError.OutOfRange)]
    public void What_is_not_a_known_command_is_refused_with_the_reason(string hex, CommandError expected)
    {
        Assert.False(CommandCodec.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), out _, out CommandError error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_as_a_command_that_writes_the_same_bytes()
    {
        var random = new SeededRandom(1);
        foreach (string hex in Golden.Select(row => (string)row[1]))
        {
            for (int i = 0; i < 3000; i++)
            {
                byte[] bytes = Convert.FromHexString(hex.Replace(" ", ""));
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                if (CommandCodec.TryDecode(bytes, out Command command, out _) && command.Key.Length <= KeyspaceOptions.MaxKeyBytesLimit)
                {
                    byte[] again = new byte[CommandCodec.SizeOf(command)];
                    Assert.Equal(again.Length, CommandCodec.Encode(command, again));
                    Assert.Equal(bytes, again);
                }
            }
        }
    }

    private static Command Make(string name)
    {
        var slot = new Slot(0x3007);
        var nine = new Revision(9);
        return name switch
        {
            "put" => Command.Put(slot, "key"u8, "value"u8),
            "put-if" => Command.Put(slot, "key"u8, [], Condition.RevisionIs(nine), Expiry.At(0x0102030405060708), CommandFlags.ReturnOldValue),
            "put-absent" => Command.Put(slot, "key"u8, [], Condition.RevisionIs(Revision.None)),
            "put-present" => Command.Put(slot, "key"u8, [], Condition.Present),
            "append" => Command.Append(slot, "key"u8, "value"u8),
            "delete" => Command.Delete(slot, "key"u8),
            "delete-if" => Command.Delete(slot, "key"u8, Condition.RevisionIs(nine), CommandFlags.ReturnOldValue),
            "increment" => Command.Increment(slot, "key"u8, -2),
            "clear" => Command.Clear("key"u8, [], 1000, nine),
            "clear-of-older-programs" => ClearOfOlderPrograms(nine),
            "flush" => Command.Flush(),
            "put-stamped" => Stamped(Command.Put(slot, "key"u8, [])),
            "put-ttl" => Stamped(Command.Put(slot, "key"u8, [], expiry: Expiry.After(1000))),
            "put-keep" => Command.Put(slot, "key"u8, [], Condition.Present, Expiry.Keep),
            "expire" => Stamped(Command.Expire(slot, "key"u8, Expiry.At(9))),
            "expire-if" => Command.Expire(
                slot, "key"u8, Expiry.After(0), DeadlineCondition.IfSet | DeadlineCondition.IfEarlier, CommandFlags.ReturnOldValue),
            "persist" => Command.Expire(slot, "key"u8, Expiry.None),
            "put-in-session" => From(Command.Put(slot, "key"u8, []), CommandOrigin.OfSession(9, 5, 3)),
            "flush-under-token" => From(Command.Flush(), CommandOrigin.OfToken("token"u8, 7)),
            "touch" => Stamped(Command.Touch(CommandOrigin.OfSession(9, 5, 3))),
            "advance" => Command.Advance(0x0807060504030201, 1000),
            _ => throw new ArgumentException(name),
        };
    }

    [Fact]
    public void What_has_an_origin_has_a_stamp_and_is_no_advance_and_no_operation_of_a_batch()
    {
        Assert.Throws<InvariantViolationException>(() => CommandCodec.Encode(Command.Touch(CommandOrigin.OfSession(1, 1, 1)), new byte[99]));
        Assert.Throws<InvariantViolationException>(
            () => CommandCodec.Encode(From(Command.Advance(1, 1), CommandOrigin.OfSession(1, 1, 1)), new byte[99]));
        Assert.Throws<InvariantViolationException>(() =>
        {
            Command put = Command.Put(new Slot(1), "key"u8, []);
            put.Origin = CommandOrigin.OfToken("t"u8, 1);
            new BatchBuilder(BatchMode.Atomic).Add(put);
        });
    }

    [Fact]
    public void Origins_out_of_range_are_not_made()
    {
        Assert.Throws<InvariantViolationException>(() => CommandOrigin.OfSession(0, 1, 1).Sequence);
        Assert.Throws<InvariantViolationException>(() => CommandOrigin.OfSession(1, 0, 0).Sequence);
        Assert.Throws<InvariantViolationException>(() => CommandOrigin.OfSession(1, 1, 2).Sequence);
        Assert.Throws<InvariantViolationException>(() => CommandOrigin.OfToken([], 1).Sequence);
        Assert.Throws<InvariantViolationException>(() => CommandOrigin.OfToken(new byte[256], 1).Sequence);
        Assert.Throws<InvariantViolationException>(() => Command.Touch(CommandOrigin.OfToken("t"u8, 1)).Kind);
        Assert.Equal(255, CommandOrigin.OfToken(new byte[255], 1).Token.Length);
    }

    private static Command From(Command command, CommandOrigin origin)
    {
        command.Origin = origin;
        return Stamped(command);
    }

    private static Command ClearOfOlderPrograms(Revision bound)
    {
        Command clear = Command.Clear("key"u8, [], 1000, bound);
        clear.Flags = CommandFlags.None;
        return clear;
    }

    private static Command Stamped(Command command)
    {
        command.StampMs = 0x0807060504030201;
        return command;
    }
}
