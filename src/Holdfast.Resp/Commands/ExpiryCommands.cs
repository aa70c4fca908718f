using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>The commands on when keys expire.</summary>
internal static class ExpiryCommands
{
    /// <summary>EXPIRE key seconds [NX|XX|GT|LT].</summary>
    public static void Expire(RespSession session, in RespCommand command) => Set(session, command, TimeUnit.Seconds);

    /// <summary>PEXPIRE key milliseconds [NX|XX|GT|LT].</summary>
    public static void PExpire(RespSession session, in RespCommand command) => Set(session, command, TimeUnit.Milliseconds);

    /// <summary>EXPIREAT key unix-time-seconds [NX|XX|GT|LT].</summary>
    public static void ExpireAt(RespSession session, in RespCommand command) => Set(session, command, TimeUnit.Seconds | TimeUnit.SinceEpoch);

    /// <summary>PEXPIREAT key unix-time-milliseconds [NX|XX|GT|LT].</summary>
    public static void PExpireAt(RespSession session, in RespCommand command) =>
        Set(session, command, TimeUnit.Milliseconds | TimeUnit.SinceEpoch);

    /// <summary>PERSIST key.</summary>
    public static void Persist(RespSession session, in RespCommand command) =>
        session.Ask(ReplyShape.Number, new Request { Operation = Operation.Expire, Key = command[1] });

    /// <summary>TTL key.</summary>
    public static void Ttl(RespSession session, in RespCommand command) => Ask(session, command, ReplyShape.LeftSeconds);

    /// <summary>PTTL key.</summary>
    public static void PTtl(RespSession session, in RespCommand command) => Ask(session, command, ReplyShape.LeftMs);

    /// <summary>EXPIRETIME key.</summary>
    public static void ExpireTime(RespSession session, in RespCommand command) => Ask(session, command, ReplyShape.DeadlineSeconds);

    /// <summary>PEXPIRETIME key.</summary>
    public static void PExpireTime(RespSession session, in RespCommand command) => Ask(session, command, ReplyShape.DeadlineMs);

    /// <summary>GETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST].</summary>
    public static void GetEx(RespSession session, in RespCommand command)
    {
        if (command.Count == 2)
        {
            StringCommands.Get(session, command);
        }
        else if (command.Count == 3 && Ascii.EqualsIgnoreCase(command[2], "persist"u8))
        {
            Ask(session, command, Expiry.Never);
        }
        else if (command.Count != 4 || !TimeUnits.TryOfOption(command[2], out TimeUnit unit))
        {
            session.Writer.Error("ERR syntax error"u8);
        }
        else if (!IntegerText.TryParse(command[3], out long time))
        {
            session.Writer.Error(StringCommands.NotAnInteger);
        }
        else if (time <= 0 || !unit.TryExpiry(time, session.Server.Clock, out Expiry expiry))
        {
            session.Writer.Error("ERR invalid expire time in 'getex' command"u8);
        }
        else
        {
            Ask(session, command, expiry);
        }
    }

    private static void Ask(RespSession session, in RespCommand command, Expiry expiry) => session.Ask(
        ReplyShape.Value,
        new Request { Operation = Operation.Expire, Flags = RequestFlags.ReturnOld, Expiry = expiry, Key = command[1] });

    private static void Ask(RespSession session, in RespCommand command, ReplyShape shape) =>
        session.Ask(shape, new Request { Operation = Operation.Deadline, Key = command[1] });

    private static void Set(RespSession session, in RespCommand command, TimeUnit unit)
    {
        if (!TryConditions(session, command, out RequestFlags conditions))
        {
            return;
        }

        if (!IntegerText.TryParse(command[2], out long time))
        {
            session.Writer.Error(StringCommands.NotAnInteger);
        }
        else if (!unit.TryExpiry(time, session.Server.Clock, out Expiry expiry))
        {
            session.Writer.Error($"ERR invalid expire time in '{CommandTable.Find(command)!.Name}' command");
        }
        else
        {
            session.Ask(
                ReplyShape.Changed, new Request { Operation = Operation.Expire, Flags = conditions, Expiry = expiry, Key = command[1] });
        }
    }

    private static bool TryConditions(RespSession session, in RespCommand command, out RequestFlags conditions)
    {
        conditions = RequestFlags.None;
        for (int i = 3; i < command.Count; i++)
        {
            RequestFlags condition = ConditionOf(command[i]);
            if (condition == RequestFlags.None)
            {
                session.Writer.Error([.. "ERR Unsupported option "u8, .. command[i]]);
                return false;
            }

            conditions |= condition;
        }

        if ((conditions & RequestFlags.IfLasting) != RequestFlags.None && conditions != RequestFlags.IfLasting)
        {
            session.Writer.Error("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
            return false;
        }

        const RequestFlags Both = RequestFlags.IfLater | RequestFlags.IfEarlier;
        if ((conditions & Both) == Both)
        {
            session.Writer.Error("ERR GT and LT options at the same time are not compatible"u8);
            return false;
        }

        return true;
    }

    private static RequestFlags ConditionOf(ReadOnlySpan<byte> option) =>
        Ascii.EqualsIgnoreCase(option, "nx"u8) ? RequestFlags.IfLasting
        : Ascii.EqualsIgnoreCase(option, "xx"u8) ? RequestFlags.IfExpiring
        : Ascii.EqualsIgnoreCase(option, "gt"u8) ? RequestFlags.IfLater
        : Ascii.EqualsIgnoreCase(option, "lt"u8) ? RequestFlags.IfEarlier
        : RequestFlags.None;
}
