using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Why bytes are not a command.</summary>
public enum CommandError
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>They end too early.</summary>
    Truncated,

    /// <summary>They go on after the end.</summary>
    TrailingBytes,

    /// <summary>They are of a format version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>They name a kind of command that this program does not know.</summary>
    UnknownKind,

    /// <summary>
    /// They carry flags or blocks that this program does not know, or that their kind does not have, or that don't go together.
    /// </summary>
    UnknownFlags,

    /// <summary>A number in them is out of its range.</summary>
    OutOfRange,
}

/// <summary>
/// The stored form of commands: little-endian, versioned, frozen by golden tests. A header of version (u8), kind (u8) and flags
/// (u16), the blocks that flags 8..15 announce, in the order of their bits, then the fields of the kind:
/// <code>
/// block 8    stamp u64
/// block 9    session u64, sequence u64, lowest open u64
/// block 10   token u8+bytes, fingerprint u64
///
/// put        slot u16, condition u8 [revision u64], [expiry u64], key u16+bytes, value u32+bytes
/// append     slot u16, key u16+bytes, value u32+bytes
/// delete     slot u16, condition u8 [revision u64], key u16+bytes
/// increment  slot u16, by i64, key u16+bytes
/// clear      limit u32, bound u64, start u16+bytes, end u16+bytes
/// flush
/// expire     slot u16, deadline condition u8, [expiry u64], key u16+bytes
/// advance    limit u32
/// batch      mode u8, operations u16, u32+bytes: for each operation u32+a command of those above that have a key, or of those below
/// touch
///
/// get        slot u16, key u16+bytes
/// measure    slot u16, key u16+bytes
/// check      slot u16, condition u8 [revision u64], key u16+bytes
/// copy       slot u16, key u16+bytes, slot u16, destination u16+bytes
/// rename     slot u16, key u16+bytes, slot u16, destination u16+bytes
/// </code>
/// The revision is there when the condition is on one, the expiry when the flags say so: a deadline or a time to live. Blocks 9
/// and 10 go with block 8 alone, not with each other, and not with an advance; a touch always has block 9. Blocks 11..15 are kept for
/// others.
/// </summary>
public static partial class CommandCodec
{
    /// <summary>The format version that is written.</summary>
    public const byte Version = 1;

    private const int HeaderSize = 4;

    private const CommandFlags ExpiryFlags = CommandFlags.HasDeadline | CommandFlags.HasTimeToLive | CommandFlags.KeepDeadline;

    private const CommandFlags OriginFlags = CommandFlags.HasSession | CommandFlags.HasToken;

    /// <summary>How many bytes <see cref="Encode(in Command, Span{byte})"/> writes.</summary>
    public static int SizeOf(in Command command) => HeaderSize + SizeOfBlocks(command) + command.Kind switch
    {
        CommandKind.Put => sizeof(ushort) + SizeOf(command.Condition) + SizeOf(command.Expiry)
            + SizeOfKey(command.Key) + sizeof(uint) + command.Value.Length,
        CommandKind.Append => sizeof(ushort) + SizeOfKey(command.Key) + sizeof(uint) + command.Value.Length,
        CommandKind.Delete or CommandKind.Check => sizeof(ushort) + SizeOf(command.Condition) + SizeOfKey(command.Key),
        CommandKind.Increment => sizeof(ushort) + sizeof(long) + SizeOfKey(command.Key),
        CommandKind.Clear => sizeof(uint) + sizeof(ulong) + SizeOfKey(command.Key) + SizeOfKey(command.End),
        CommandKind.Flush or CommandKind.Touch => 0,
        CommandKind.Expire => sizeof(ushort) + sizeof(byte) + SizeOf(command.Expiry) + SizeOfKey(command.Key),
        CommandKind.Advance => sizeof(uint),
        CommandKind.Batch => sizeof(byte) + sizeof(ushort) + sizeof(uint) + command.Value.Length,
        CommandKind.Get or CommandKind.Measure => sizeof(ushort) + SizeOfKey(command.Key),
        CommandKind.Copy or CommandKind.Rename => (2 * sizeof(ushort)) + SizeOfKey(command.Key) + SizeOfKey(command.End),
        _ => throw Invariant.Unreachable("a command is of a known kind"),
    };

    /// <summary>Writes a command.</summary>
    public static void Encode(in Command command, IBufferWriter<byte> output) =>
        output.Advance(Encode(command, output.GetSpan(SizeOf(command))));

    /// <summary>Writes a command into a span of at least <see cref="SizeOf(in Command)"/> bytes; returns the bytes written.</summary>
    public static int Encode(in Command command, Span<byte> output)
    {
        var writer = new CommandWriter(output);
        writer.Byte(Version);
        writer.Byte((byte)command.Kind);
        writer.UInt16((ushort)FlagsToWrite(command));
        EncodeBlocks(command, ref writer);
        switch (command.Kind)
        {
            case CommandKind.Clear:
                writer.UInt32(command.Limit);
                writer.UInt64(command.Bound.Value);
                writer.Key(command.Key);
                writer.Key(command.End);
                break;
            case CommandKind.Flush:
            case CommandKind.Touch:
                break;
            case CommandKind.Advance:
                writer.UInt32(command.Limit);
                break;
            case CommandKind.Batch:
                writer.Byte((byte)command.Mode);
                writer.UInt16((ushort)command.Limit);
                writer.Value(command.Value);
                break;
            default:
                EncodeKeyed(command, ref writer);
                break;
        }

        return writer.Written;
    }

    private static void EncodeBlocks(in Command command, ref CommandWriter writer)
    {
        CommandOrigin origin = command.Origin;
        Invariant.Require(
            origin.IsNone || (command.StampMs != 0 && command.Kind != CommandKind.Advance),
            "a command that has an origin is stamped, and no advance");
        if (command.StampMs != 0)
        {
            writer.UInt64(command.StampMs);
        }

        if (origin.Kind == CommandOriginKind.Session)
        {
            writer.UInt64(origin.SessionId);
            writer.UInt64(origin.Sequence);
            writer.UInt64(origin.LowestOpen);
        }
        else if (origin.Kind == CommandOriginKind.Token)
        {
            writer.Token(origin.Token);
            writer.UInt64(origin.Fingerprint);
        }
    }

    private static void EncodeKeyed(in Command command, ref CommandWriter writer)
    {
        writer.UInt16(command.Slot.Value);
        if (command.Kind == CommandKind.Increment)
        {
            writer.UInt64((ulong)command.By);
        }

        if (command.Kind is CommandKind.Put or CommandKind.Delete or CommandKind.Check)
        {
            writer.Byte((byte)command.Condition.Kind);
            if (command.Condition.Kind == ConditionKind.RevisionIs)
            {
                writer.UInt64(command.Condition.Revision.Value);
            }
        }

        if (command.Kind == CommandKind.Expire)
        {
            writer.Byte((byte)command.DeadlineCondition);
        }

        if (command.Expiry.Kind is ExpiryKind.At or ExpiryKind.After)
        {
            writer.UInt64(command.Expiry.Ms);
        }

        writer.Key(command.Key);
        if (command.Kind is CommandKind.Put or CommandKind.Append)
        {
            writer.Value(command.Value);
        }
        else if (command.Kind is CommandKind.Copy or CommandKind.Rename)
        {
            writer.UInt16(command.EndSlot.Value);
            writer.Key(command.End);
        }
    }

    private static CommandFlags FlagsToWrite(in Command command) =>
        (command.Flags & ~(ExpiryFlags | OriginFlags | CommandFlags.HasStamp))
        | command.Origin.Kind switch
        {
            CommandOriginKind.Session => CommandFlags.HasSession,
            CommandOriginKind.Token => CommandFlags.HasToken,
            _ => CommandFlags.None,
        }
        | (command.StampMs == 0 ? CommandFlags.None : CommandFlags.HasStamp)
        | command.Expiry.Kind switch
        {
            ExpiryKind.At => CommandFlags.HasDeadline,
            ExpiryKind.After => CommandFlags.HasTimeToLive,
            ExpiryKind.Keep => CommandFlags.KeepDeadline,
            _ => CommandFlags.None,
        };

    private static int SizeOfBlocks(in Command command) => (command.StampMs == 0 ? 0 : sizeof(ulong)) + command.Origin.Kind switch
    {
        CommandOriginKind.Session => 3 * sizeof(ulong),
        CommandOriginKind.Token => sizeof(byte) + command.Origin.Token.Length + sizeof(ulong),
        _ => 0,
    };

    private static int SizeOf(Condition condition) =>
        sizeof(byte) + (condition.Kind == ConditionKind.RevisionIs ? sizeof(ulong) : 0);

    private static int SizeOf(Expiry expiry) => expiry.Kind is ExpiryKind.At or ExpiryKind.After ? sizeof(ulong) : 0;

    private static int SizeOfKey(ReadOnlySpan<byte> key) => sizeof(ushort) + key.Length;
}
