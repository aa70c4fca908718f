using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Reading.</content>
public static partial class CommandCodec
{
    /// <summary>Reads exactly one command, in place. On failure says why, and the command is empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, out Command command, out CommandError error)
    {
        command = default;
        error = Decode(source, inBatch: false, ref command);
        return Succeeds(error, ref command);
    }

    /// <summary>Reads exactly one operation of a batch, in place.</summary>
    internal static bool TryDecodeOperation(ReadOnlySpan<byte> source, out Command operation, out CommandError error)
    {
        operation = default;
        error = Decode(source, inBatch: true, ref operation);
        return Succeeds(error, ref operation);
    }

    private static bool Succeeds(CommandError error, ref Command command)
    {
        if (error == CommandError.None)
        {
            return true;
        }

        command = default;
        return false;
    }

    private static CommandError Decode(ReadOnlySpan<byte> source, bool inBatch, ref Command command)
    {
        var reader = new CommandReader(source);
        byte version = reader.Byte();
        if (version != Version)
        {
            return source.IsEmpty ? CommandError.Truncated : CommandError.UnknownVersion;
        }

        command.Kind = (CommandKind)reader.Byte();
        command.Flags = (CommandFlags)reader.UInt16();
        if (reader.IsTruncated)
        {
            return CommandError.Truncated;
        }

        CommandError error = DecodeBlocks(ref reader, inBatch, ref command);
        if (error == CommandError.None)
        {
            error = DecodeFields(ref reader, ref command);
        }

        return error != CommandError.None ? error
            : reader.IsTruncated ? CommandError.Truncated
            : reader.IsAtEnd ? CommandError.None
            : CommandError.TrailingBytes;
    }

    private static CommandError DecodeBlocks(ref CommandReader reader, bool inBatch, ref Command command)
    {
        bool known = inBatch
            ? BatchOperations.MayHold(command.Kind)
            : command.Kind is (>= CommandKind.Put and <= CommandKind.Batch) or CommandKind.Touch;
        if (!known)
        {
            return CommandError.UnknownKind;
        }

        CommandFlags blocks = inBatch ? CommandFlags.None
            : command.Kind == CommandKind.Advance ? CommandFlags.HasStamp
            : CommandFlags.HasStamp | OriginFlags;
        if ((command.Flags & ~(FlagsOf(command.Kind) | blocks)) != CommandFlags.None)
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

        return DecodeOrigin(ref reader, ref command);
    }

    private static CommandError DecodeOrigin(ref CommandReader reader, ref Command command)
    {
        CommandFlags present = command.Flags & OriginFlags;
        bool isTouch = command.Kind == CommandKind.Touch;
        if (present == CommandFlags.None)
        {
            return isTouch ? CommandError.UnknownFlags : CommandError.None;
        }

        bool isStamped = (command.Flags & CommandFlags.HasStamp) != CommandFlags.None;
        if (!isStamped || present == OriginFlags || (isTouch && present != CommandFlags.HasSession))
        {
            return CommandError.UnknownFlags;
        }

        bool inRange;
        if (present == CommandFlags.HasSession)
        {
            inRange = CommandOrigin.TryMakeSession(reader.UInt64(), reader.UInt64(), reader.UInt64(), out CommandOrigin origin);
            command.Origin = origin;
        }
        else
        {
            ReadOnlySpan<byte> token = reader.Token();
            ulong fingerprint = reader.UInt64();
            inRange = !token.IsEmpty;
            command.Origin = inRange ? CommandOrigin.OfToken(token, fingerprint) : CommandOrigin.None;
        }

        return reader.IsTruncated ? CommandError.Truncated : inRange ? CommandError.None : CommandError.OutOfRange;
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
            case CommandKind.Touch:
                return CommandError.None;
            case CommandKind.Advance:
                command.Limit = reader.UInt32();
                return command.Limit == 0 && !reader.IsTruncated ? CommandError.OutOfRange : CommandError.None;
            case CommandKind.Batch:
                command.Mode = (BatchMode)reader.Byte();
                command.Limit = reader.UInt16();
                command.Value = reader.Value();
                return reader.IsTruncated ? CommandError.Truncated : BatchOperations.Validate(command);
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
        if (command.Kind is CommandKind.Put or CommandKind.Delete or CommandKind.Check)
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

        bool plain = (command.Flags & ExpiryFlags) == CommandFlags.None && command.DeadlineCondition == DeadlineCondition.None;
        if (!plain && !TryDecodeExpiry(ref reader, ref command))
        {
            return reader.IsTruncated ? CommandError.Truncated : CommandError.OutOfRange;
        }

        command.Key = reader.Key();
        if (command.Kind is CommandKind.Put or CommandKind.Append)
        {
            command.Value = reader.Value();
        }
        else if (command.Kind is CommandKind.Copy or CommandKind.Rename)
        {
            ushort endSlot = reader.UInt16();
            if (endSlot >= Slot.Count)
            {
                return CommandError.OutOfRange;
            }

            command.EndSlot = new Slot(endSlot);
            command.End = reader.Key();
        }

        return CommandError.None;
    }

    private static bool TryDecodeExpiry(ref CommandReader reader, ref Command command)
    {
        switch (command.Flags & ExpiryFlags)
        {
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
                // Several at once, or none and yet a condition on deadlines.
                return false;
        }
    }

    private static CommandFlags FlagsOf(CommandKind kind) => kind switch
    {
        CommandKind.Put => CommandFlags.ReturnOldValue | ExpiryFlags,
        CommandKind.Delete => CommandFlags.ReturnOldValue,
        CommandKind.Clear => CommandFlags.RevisionPerKey,
        CommandKind.Copy or CommandKind.Rename => CommandFlags.IfDestinationAbsent,
        CommandKind.Expire => CommandFlags.ReturnOldValue | CommandFlags.HasDeadline | CommandFlags.HasTimeToLive,
        _ => CommandFlags.None,
    };
}
