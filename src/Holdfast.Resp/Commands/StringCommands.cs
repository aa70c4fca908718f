using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>The commands on strings.</summary>
internal static class StringCommands
{
    /// <summary>What Redis says of an argument that should be one.</summary>
    public static ReadOnlySpan<byte> NotAnInteger => "ERR value is not an integer or out of range"u8;

    /// <summary>GET key.</summary>
    public static void Get(RespSession session, in RespCommand command) =>
        session.Ask(ReplyShape.Value, new Request { Operation = Operation.Get, Key = command[1] });

    /// <summary>STRLEN key.</summary>
    public static void StrLen(RespSession session, in RespCommand command) =>
        session.Ask(ReplyShape.Length, new Request { Operation = Operation.Measure, Key = command[1] });

    /// <summary>MGET key [key ...].</summary>
    public static void MGet(RespSession session, in RespCommand command) => KeyCommands.Scatter(
        session, command, new KeyValues(command.Count - 1, session.Options.MaxGatheredBytes) { Operation = Operation.Get, Number = session.NextNumber });

    /// <summary>SETNX key value.</summary>
    public static void SetNx(RespSession session, in RespCommand command) =>
        Put(session, ReplyShape.Done, command, RequestFlags.IfAbsent);

    /// <summary>GETSET key value.</summary>
    public static void GetSet(RespSession session, in RespCommand command) =>
        Put(session, ReplyShape.OldValue, command, RequestFlags.ReturnOld);

    /// <summary>APPEND key value.</summary>
    public static void Append(RespSession session, in RespCommand command)
    {
        if (FitsValue(session, command[2]))
        {
            session.Ask(ReplyShape.Number, new Request { Operation = Operation.Append, Key = command[1], Value = command[2] });
        }
    }

    /// <summary>SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL].</summary>
    public static void Set(RespSession session, in RespCommand command)
    {
        if (command.Count == 3)
        {
            Put(session, ReplyShape.Ok, command, RequestFlags.None);
            return;
        }

        if (!SetOptions.TryParse(command, out SetOptions options))
        {
            session.Writer.Error("ERR syntax error"u8);
        }
        else if (options.ExpiryArgument == 0)
        {
            Put(session, options.Shape, command, options.Flags, options.KeepsTtl ? Expiry.Keep : Expiry.Never);
        }
        else if (!IntegerText.TryParse(command[options.ExpiryArgument], out long time))
        {
            session.Writer.Error(NotAnInteger);
        }
        else if (time <= 0 || !options.Unit.TryExpiry(time, session.Server.Clock, out Expiry expiry))
        {
            session.Writer.Error("ERR invalid expire time in 'set' command"u8);
        }
        else
        {
            Put(session, options.Shape, command, options.Flags, expiry);
        }
    }

    /// <summary>SETEX key seconds value.</summary>
    public static void SetEx(RespSession session, in RespCommand command) => PutFor(session, command, TimeUnit.Seconds);

    /// <summary>PSETEX key milliseconds value.</summary>
    public static void PSetEx(RespSession session, in RespCommand command) => PutFor(session, command, TimeUnit.Milliseconds);

    /// <summary>INCR key.</summary>
    public static void Incr(RespSession session, in RespCommand command) => Add(session, command, 1);

    /// <summary>DECR key.</summary>
    public static void Decr(RespSession session, in RespCommand command) => Add(session, command, -1);

    /// <summary>INCRBY key increment.</summary>
    public static void IncrBy(RespSession session, in RespCommand command)
    {
        if (IntegerText.TryParse(command[2], out long by))
        {
            Add(session, command, by);
        }
        else
        {
            session.Writer.Error(NotAnInteger);
        }
    }

    /// <summary>DECRBY key decrement.</summary>
    public static void DecrBy(RespSession session, in RespCommand command)
    {
        if (!IntegerText.TryParse(command[2], out long by))
        {
            session.Writer.Error(NotAnInteger);
        }
        else if (by == long.MinValue)
        {
            session.Writer.Error("ERR decrement would overflow"u8);
        }
        else
        {
            Add(session, command, -by);
        }
    }

    private static void Add(RespSession session, in RespCommand command, long by) =>
        session.Ask(ReplyShape.Number, new Request { Operation = Operation.Increment, Key = command[1], Argument = by });

    private static void PutFor(RespSession session, in RespCommand command, TimeUnit unit)
    {
        if (!IntegerText.TryParse(command[2], out long time))
        {
            session.Writer.Error(NotAnInteger);
        }
        else if (time <= 0 || !unit.TryExpiry(time, session.Server.Clock, out Expiry expiry))
        {
            session.Writer.Error($"ERR invalid expire time in '{CommandTable.Find(command)!.Name}' command");
        }
        else
        {
            Put(session, ReplyShape.Ok, command[1], command[3], RequestFlags.None, expiry);
        }
    }

    private static void Put(RespSession session, ReplyShape shape, in RespCommand command, RequestFlags flags, Expiry expiry = default) =>
        Put(session, shape, command[1], command[2], flags, expiry);

    private static void Put(
        RespSession session, ReplyShape shape, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, RequestFlags flags, Expiry expiry)
    {
        if (FitsValue(session, value))
        {
            session.Ask(shape, new Request { Operation = Operation.Put, Flags = flags, Expiry = expiry, Key = key, Value = value });
        }
    }

    /// <summary>Whether a value is not longer than the cluster takes; answers with an error otherwise.</summary>
    public static bool FitsValue(RespSession session, ReadOnlySpan<byte> value)
    {
        if (value.Length <= session.Server.Gate.MaxValueBytes)
        {
            return true;
        }

        session.Writer.Error(FaultText.Of(FaultCode.ValueTooLarge, Outcome.NotApplied, default, isWrite: true));
        return false;
    }
}
