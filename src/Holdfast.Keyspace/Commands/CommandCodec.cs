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

    /// <summary>They carry flags or blocks that this program does not know, or that their kind does not have.</summary>
    UnknownFlags,

    /// <summary>A number in them is out of its range.</summary>
    OutOfRange,
}

/// <summary>
/// The stored form of commands: little-endian, versioned, frozen by golden tests. A header of version (u8), kind (u8) and flags
/// (u16), then the fields of the kind:
/// <code>
/// put        slot u16, condition u8 [revision u64], [deadline u64], key u16+bytes, value u32+bytes
/// append     slot u16, key u16+bytes, value u32+bytes
/// delete     slot u16, condition u8 [revision u64], key u16+bytes
/// increment  slot u16, by i64, key u16+bytes
/// clear      limit u32, bound u64, start u16+bytes, end u16+bytes
/// flush
/// </code>
/// The revision is there when the condition is on one, the deadline when the flag says so. Flags 8..15 are kept for blocks between
/// the header and the fields, such as a session's.
/// </summary>
public static class CommandCodec
{
    /// <summary>The format version that is written.</summary>
    public const byte Version = 1;

    private const int HeaderSize = 4;

    /// <summary>How many bytes <see cref="Encode(in Command, Span{byte})"/> writes.</summary>
    public static int SizeOf(in Command command) => HeaderSize + command.Kind switch
    {
        CommandKind.Put => sizeof(ushort) + SizeOf(command.Condition) + (command.DeadlineMs == 0 ? 0 : sizeof(ulong))
            + SizeOfKey(command.Key) + sizeof(uint) + command.Value.Length,
        CommandKind.Append => sizeof(ushort) + SizeOfKey(command.Key) + sizeof(uint) + command.Value.Length,
        CommandKind.Delete => sizeof(ushort) + SizeOf(command.Condition) + SizeOfKey(command.Key),
        CommandKind.Increment => sizeof(ushort) + sizeof(long) + SizeOfKey(command.Key),
        CommandKind.Clear => sizeof(uint) + sizeof(ulong) + SizeOfKey(command.Key) + SizeOfKey(command.End),
        CommandKind.Flush => 0,
        _ => throw Invariant.Unreachable("a command is of a known kind"),
    };

    /// <summary>Writes a command.</summary>
    public static void Encode(in Command command, IBufferWriter<byte> output) =>
        output.Advance(Encode(command, output.GetSpan(SizeOf(command))));

    /// <summary>Writes a command into a span of at least <see cref="SizeOf(in Command)"/> bytes; returns the bytes written.</summary>
    public static int Encode(in Command command, Span<byte> output)
    {
        var writer = new CommandWriter(output);
        CommandFlags deadline = command.DeadlineMs == 0 ? CommandFlags.None : CommandFlags.HasDeadline;
        writer.Byte(Version);
        writer.Byte((byte)command.Kind);
        writer.UInt16((ushort)((command.Flags & ~CommandFlags.HasDeadline) | deadline));
        if (command.Kind == CommandKind.Clear)
        {
            writer.UInt32(command.Limit);
            writer.UInt64(command.Bound.Value);
            writer.Key(command.Key);
            writer.Key(command.End);
        }
        else if (command.Kind != CommandKind.Flush)
        {
            EncodeKeyed(command, ref writer);
        }

        return writer.Written;
    }

    /// <summary>Reads exactly one command, in place. On failure says why, and the command is empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, out Command command, out CommandError error)
    {
        var reader = new CommandReader(source);
        Command decoded = default;
        command = default;
        byte version = reader.Byte();
        if (version != Version)
        {
            error = source.IsEmpty ? CommandError.Truncated : CommandError.UnknownVersion;
            return false;
        }

        decoded.Kind = (CommandKind)reader.Byte();
        decoded.Flags = (CommandFlags)reader.UInt16();
        error = reader.IsTruncated ? CommandError.Truncated : DecodeFields(ref reader, ref decoded);
        if (error == CommandError.None)
        {
            error = reader.IsTruncated ? CommandError.Truncated
                : reader.IsAtEnd ? CommandError.None
                : CommandError.TrailingBytes;
        }

        if (error != CommandError.None)
        {
            return false;
        }

        command = decoded;
        return true;
    }

    private static void EncodeKeyed(in Command command, ref CommandWriter writer)
    {
        writer.UInt16(command.Slot.Value);
        if (command.Kind == CommandKind.Increment)
        {
            writer.UInt64((ulong)command.By);
        }

        if (command.Kind is CommandKind.Put or CommandKind.Delete)
        {
            writer.Byte((byte)command.Condition.Kind);
            if (command.Condition.Kind == ConditionKind.RevisionIs)
            {
                writer.UInt64(command.Condition.Revision.Value);
            }
        }

        if (command.DeadlineMs != 0)
        {
            writer.UInt64(command.DeadlineMs);
        }

        writer.Key(command.Key);
        if (command.Kind is CommandKind.Put or CommandKind.Append)
        {
            writer.Value(command.Value);
        }
    }

    private static CommandError DecodeFields(ref CommandReader reader, ref Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Put:
            case CommandKind.Append:
            case CommandKind.Delete:
            case CommandKind.Increment:
                return DecodeKeyed(ref reader, ref command);
            case CommandKind.Clear:
                command.Limit = reader.UInt32();
                command.Bound = new Revision(reader.UInt64());
                command.Key = reader.Key();
                command.End = reader.Key();
                return command.Flags != CommandFlags.None ? CommandError.UnknownFlags
                    : command.Limit == 0 && !reader.IsTruncated ? CommandError.OutOfRange
                    : CommandError.None;
            case CommandKind.Flush:
                return command.Flags == CommandFlags.None ? CommandError.None : CommandError.UnknownFlags;
            default:
                return CommandError.UnknownKind;
        }
    }

    private static CommandError DecodeKeyed(ref CommandReader reader, ref Command command)
    {
        if ((command.Flags & ~FlagsOf(command.Kind)) != CommandFlags.None)
        {
            return CommandError.UnknownFlags;
        }

        ushort slot = reader.UInt16();
        if (slot >= Slot.Count)
        {
            return CommandError.OutOfRange;
        }

        command.Slot = new Slot(slot);
        command.By = command.Kind == CommandKind.Increment ? (long)reader.UInt64() : 0;
        if (command.Kind is CommandKind.Put or CommandKind.Delete)
        {
            var kind = (ConditionKind)reader.Byte();
            Revision revision = kind == ConditionKind.RevisionIs ? new Revision(reader.UInt64()) : Revision.None;
            if (!Condition.TryMake(kind, revision, out Condition condition) && !reader.IsTruncated)
            {
                return CommandError.OutOfRange;
            }

            command.Condition = condition;
        }

        if ((command.Flags & CommandFlags.HasDeadline) != CommandFlags.None)
        {
            command.DeadlineMs = reader.UInt64();
            if (command.DeadlineMs == 0 && !reader.IsTruncated)
            {
                return CommandError.OutOfRange;
            }
        }

        command.Key = reader.Key();
        command.Value = command.Kind is CommandKind.Put or CommandKind.Append ? reader.Value() : default;
        return CommandError.None;
    }

    private static CommandFlags FlagsOf(CommandKind kind) => kind switch
    {
        CommandKind.Put => CommandFlags.ReturnOldValue | CommandFlags.HasDeadline,
        CommandKind.Delete => CommandFlags.ReturnOldValue,
        _ => CommandFlags.None,
    };

    private static int SizeOf(Condition condition) =>
        sizeof(byte) + (condition.Kind == ConditionKind.RevisionIs ? sizeof(ulong) : 0);

    private static int SizeOfKey(ReadOnlySpan<byte> key) => sizeof(ushort) + key.Length;
}
