using System.Globalization;
using System.Text;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp.Commands;

/// <summary>The commands on the connection itself, other than CLIENT.</summary>
internal static class ConnectionCommands
{
    private static ReadOnlySpan<byte> NoPassword =>
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"u8;

    /// <summary>PING [message].</summary>
    public static void Ping(RespSession session, in RespCommand command)
    {
        if (command.Count > 2)
        {
            session.Writer.Error("ERR wrong number of arguments for 'ping' command"u8);
        }
        else if (command.Count == 2)
        {
            session.Writer.Bulk(command[1]);
        }
        else
        {
            session.Writer.Simple("PONG"u8);
        }
    }

    /// <summary>ECHO message.</summary>
    public static void Echo(RespSession session, in RespCommand command) => session.Writer.Bulk(command[1]);

    /// <summary>QUIT.</summary>
    public static void Quit(RespSession session, in RespCommand command)
    {
        session.Writer.Ok();
        session.CloseAfterReplies();
    }

    /// <summary>RESET: back to how a connection begins.</summary>
    public static void Reset(RespSession session, in RespCommand command)
    {
        session.TurnReplies(on: true);
        session.Client.Resp3 = false;
        session.Client.Name = "";
        session.TakesStaleReads = false;
        session.Transaction.Forget();
        session.Writer.Simple("RESET"u8);
    }

    /// <summary>SELECT index: there is one database.</summary>
    public static void Select(RespSession session, in RespCommand command)
    {
        if (IsDatabase(session, command[1]))
        {
            session.Writer.Ok();
        }
    }

    /// <summary>Whether an argument names the one database that there is; answers with an error otherwise.</summary>
    public static bool IsDatabase(RespSession session, ReadOnlySpan<byte> text)
    {
        if (!IntegerText.TryParse(text, out long index))
        {
            session.Writer.Error("ERR value is not an integer or out of range"u8);
        }
        else if (index is < int.MinValue or > int.MaxValue)
        {
            session.Writer.Error("ERR value is out of range, value must between -2147483648 and 2147483647"u8);
        }
        else if (index != 0)
        {
            session.Writer.Error("ERR DB index is out of range"u8);
        }
        else
        {
            return true;
        }

        return false;
    }

    /// <summary>AUTH [username] password: refused, since there are no users.</summary>
    public static void Auth(RespSession session, in RespCommand command)
    {
        if (command.Count > 3)
        {
            session.Writer.Error("ERR syntax error"u8);
        }
        else if (command.Count == 3)
        {
            session.Writer.Error("WRONGPASS invalid username-password pair or user is disabled."u8);
        }
        else
        {
            session.Writer.Error(NoPassword);
        }
    }

    /// <summary>HELLO [protover [AUTH username password] [SETNAME clientname]].</summary>
    public static void Hello(RespSession session, in RespCommand command)
    {
        bool resp3 = session.Client.Resp3;
        string? name = null;
        if (command.Count > 1 && !TryReadVersion(session, command[1], out resp3))
        {
            return;
        }

        for (int i = 2; i < command.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(command[i], "auth"u8) && i + 2 < command.Count)
            {
                session.Writer.Error("WRONGPASS invalid username-password pair or user is disabled."u8);
                return;
            }

            if (!Ascii.EqualsIgnoreCase(command[i], "setname"u8) || i + 1 >= command.Count)
            {
                session.Writer.Error([.. "ERR Syntax error in HELLO option '"u8, .. command[i], .. "'"u8]);
                return;
            }

            if (!ClientCommands.TryReadName(session, command[++i], "Client names", out name))
            {
                return;
            }
        }

        session.Client.Resp3 = resp3;
        session.Client.Name = name ?? session.Client.Name;
        WriteHello(session);
    }

    /// <summary>TIME: seconds and microseconds.</summary>
    public static void Time(RespSession session, in RespCommand command)
    {
        (long seconds, long microseconds) = Math.DivRem(session.Server.Clock.UnixTimeMicroseconds, 1_000_000);
        session.Writer.Array(2);
        session.Writer.Bulk(seconds.ToString(CultureInfo.InvariantCulture));
        session.Writer.Bulk(microseconds.ToString(CultureInfo.InvariantCulture));
    }

    private static bool TryReadVersion(RespSession session, ReadOnlySpan<byte> text, out bool resp3)
    {
        bool isNumber = IntegerText.TryParse(text, out long version);
        resp3 = version == 3;
        if (!isNumber)
        {
            session.Writer.Error("ERR Protocol version is not an integer or out of range"u8);
        }
        else if (version is not (2 or 3))
        {
            session.Writer.Error("NOPROTO unsupported protocol version"u8);
        }

        return version is 2 or 3;
    }

    private static void WriteHello(RespSession session)
    {
        RespWriter writer = session.Writer;
        writer.Map(7);
        writer.Bulk("server"u8);
        writer.Bulk("redis"u8);
        writer.Bulk("version"u8);
        writer.Bulk(ServerInfo.RedisVersion);
        writer.Bulk("proto"u8);
        writer.Integer(session.Client.Resp3 ? 3 : 2);
        writer.Bulk("id"u8);
        writer.Integer(session.Client.Id);
        writer.Bulk("mode"u8);
        writer.Bulk(ServerInfo.ModeOf(session.IsCluster));
        writer.Bulk("role"u8);
        writer.Bulk("master"u8);
        writer.Bulk("modules"u8);
        writer.Array(0);
    }
}
