using System.Text;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp.Commands;

/// <summary>CLIENT: what a connection says of itself and asks of others.</summary>
internal static class ClientCommands
{
    /// <summary>CLIENT ID.</summary>
    public static void Id(RespSession session, in RespCommand command) => session.Writer.Integer(session.Client.Id);

    /// <summary>CLIENT GETNAME.</summary>
    public static void GetName(RespSession session, in RespCommand command)
    {
        if (session.Client.Name.Length == 0)
        {
            session.Writer.Null();
        }
        else
        {
            session.Writer.Bulk(session.Client.Name);
        }
    }

    /// <summary>CLIENT SETNAME name.</summary>
    public static void SetName(RespSession session, in RespCommand command)
    {
        if (TryReadName(session, command[2], "Client names", out string? name))
        {
            session.Client.Name = name;
            session.Writer.Ok();
        }
    }

    /// <summary>CLIENT SETINFO LIB-NAME|LIB-VER value.</summary>
    public static void SetInfo(RespSession session, in RespCommand command)
    {
        bool isName = Ascii.EqualsIgnoreCase(command[2], "lib-name"u8);
        if (!isName && !Ascii.EqualsIgnoreCase(command[2], "lib-ver"u8))
        {
            session.Writer.Error([.. "ERR Unrecognized option '"u8, .. command[2], .. "'"u8]);
        }
        else if (TryReadName(session, command[3], isName ? "lib-name" : "lib-ver", out string? value))
        {
            if (isName)
            {
                session.Client.LibraryName = value;
            }
            else
            {
                session.Client.LibraryVersion = value;
            }

            session.Writer.Ok();
        }
    }

    /// <summary>CLIENT INFO.</summary>
    public static void Info(RespSession session, in RespCommand command) =>
        session.Writer.Text(session.Client.Describe(session.Server.Clock.MonotonicMs));

    /// <summary>CLIENT LIST [TYPE type] [ID id [id ...]].</summary>
    public static void List(RespSession session, in RespCommand command)
    {
        if (!ClientFilter.TryParseList(session, command, out ClientFilter? filter))
        {
            return;
        }

        long now = session.Server.Clock.MonotonicMs;
        StringBuilder text = new();
        foreach (RespClient client in session.Server.Clients.Where(filter.Includes))
        {
            text.Append(client.Describe(now));
        }

        session.Writer.Text(text.ToString());
    }

    /// <summary>CLIENT KILL addr:port, or with filters.</summary>
    public static void Kill(RespSession session, in RespCommand command)
    {
        if (!ClientFilter.TryParseKill(session, command, out ClientFilter? filter))
        {
            return;
        }

        List<RespClient> killed = [.. session.Server.Clients.Where(filter.Includes)];
        foreach (RespClient client in killed)
        {
            if (client == session.Client)
            {
                session.CloseAfterReplies();
            }
            else
            {
                client.Kill();
            }
        }

        if (command.Count > 3)
        {
            session.Writer.Integer(killed.Count);
        }
        else if (killed.Count > 0)
        {
            session.Writer.Ok();
        }
        else
        {
            session.Writer.Error("ERR No such client"u8);
        }
    }

    /// <summary>CLIENT NO-EVICT and NO-TOUCH ON|OFF: nothing is evicted here, and reads leave no trace.</summary>
    public static void OnOrOff(RespSession session, in RespCommand command)
    {
        if (Ascii.EqualsIgnoreCase(command[2], "on"u8) || Ascii.EqualsIgnoreCase(command[2], "off"u8))
        {
            session.Writer.Ok();
        }
        else
        {
            session.Writer.Error("ERR syntax error"u8);
        }
    }

    /// <summary>CLIENT REPLY ON|OFF|SKIP.</summary>
    public static void ReplyMode(RespSession session, in RespCommand command)
    {
        if (Ascii.EqualsIgnoreCase(command[2], "on"u8))
        {
            session.TurnReplies(on: true);
            session.Writer.Ok();
        }
        else if (Ascii.EqualsIgnoreCase(command[2], "off"u8))
        {
            session.TurnReplies(on: false);
        }
        else if (Ascii.EqualsIgnoreCase(command[2], "skip"u8))
        {
            session.SkipNextReply();
        }
        else
        {
            session.Writer.Error("ERR syntax error"u8);
        }
    }

    /// <summary>Reads a name, which has no spaces or control characters; answers with an error about <paramref name="what"/> otherwise.</summary>
    public static bool TryReadName(RespSession session, ReadOnlySpan<byte> bytes, string what, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? name)
    {
        // A byte beyond ASCII would not survive as text, and Redis refuses it too.
        name = bytes.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 ? Encoding.ASCII.GetString(bytes) : null;
        if (name is null)
        {
            session.Writer.Error($"ERR {what} cannot contain spaces, newlines or special characters.");
        }

        return name is not null;
    }
}
