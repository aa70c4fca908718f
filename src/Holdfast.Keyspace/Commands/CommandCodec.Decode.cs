using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Reading.</content>
public static partial class CommandCodec
{
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
        error = reader.IsTruncated ? CommandError.Truncated : DecodeBlocks(ref reader, ref decoded);
        if (error == CommandError.None)
        {
            error = DecodeFields(ref reader, ref decoded);
        }

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

    private static CommandError DecodeBlocks(ref CommandReader reader, ref Command command)
    {
        if (command.Kind is < CommandKind.Put or > CommandKind.Advance)
        {
            return CommandError.UnknownKind;
        }

        if ((command.Flags & ~(FlagsOf(command.Kind) | CommandFlags.HasStamp)) != CommandFlags.None)
        {
            return CommandError.UnknownFlags;
        }

        if ((command.Flags & CommandFlags.HasStamp) != CommandFlags.None)
        {
            command.StampMs = reader.UInt64();
            if (command.StampMs == 0)
            {
                return reader.IsTruncated ? CommandError.Truncated : CommandError.OutOfRange;
            }
        }

        return CommandError.None;
    }

    private static CommandError DecodeFields(ref CommandReader reader, ref Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Clear:
                command.Limit = reader.UInt32();
                command.Bound = new Revision(reader.UInt64());
                command.Key = reader.Key();
                command.End = reader.Key();
                return command.Limit == 0 && !reader.IsTruncated ? CommandError.OutOfRange : CommandError.None;
            case CommandKind.Flush:
                return CommandError.None;
            case CommandKind.Advance:
                command.Limit = reader.UInt32();
                return command.Limit == 0 && !reader.IsTruncated ? CommandError.OutOfRange : CommandError.None;
            default:
                return DecodeKeyed(ref reader, ref command);
        }
    }

    private static CommandError DecodeKeyed(ref CommandReader reader, ref Command command)
    {
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

        if (command.Kind == CommandKind.Expire)
        {
            command.DeadlineCondition = (DeadlineCondition)reader.Byte();
        }

        if (!TryDecodeExpiry(ref reader, ref command))
        {
            return reader.IsTruncated ? CommandError.Truncated : CommandError.OutOfRange;
        }

        command.Key = reader.Key();
        command.Value = command.Kind is CommandKind.Put or CommandKind.Append ? reader.Value() : default;
        return CommandError.None;
    }

    private static bool TryDecodeExpiry(ref CommandReader reader, ref Command command)
    {
        switch (command.Flags & ExpiryFlags)
        {
            case CommandFlags.None:
                // What takes a deadline away has no condition.
                return command.DeadlineCondition == DeadlineCondition.None;
            case CommandFlags.HasDeadline:
                ulong deadline = reader.UInt64();
                command.Expiry = Expiry.At(deadline);
                return deadline != 0 && command.DeadlineCondition.IsValid();
            case CommandFlags.HasTimeToLive:
                command.Expiry = Expiry.After(reader.UInt64());
                return command.DeadlineCondition.IsValid();
            case CommandFlags.KeepDeadline:
                command.Expiry = Expiry.Keep;
                return true;
            default:
                return false;
        }
    }

    private static CommandFlags FlagsOf(CommandKind kind) => kind switch
    {
        CommandKind.Put => CommandFlags.ReturnOldValue | ExpiryFlags,
        CommandKind.Delete => CommandFlags.ReturnOldValue,
        CommandKind.Expire => CommandFlags.ReturnOldValue | CommandFlags.HasDeadline | CommandFlags.HasTimeToLive,
        _ => CommandFlags.None,
    };
}
