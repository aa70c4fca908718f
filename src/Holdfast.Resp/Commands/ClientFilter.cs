using System.Diagnostics.CodeAnalysis;
using System.Text;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp.Commands;

/// <summary>Which connections CLIENT LIST shows and CLIENT KILL ends.</summary>
internal sealed class ClientFilter
{
    private HashSet<long>? _ids;
    private string? _remote;
    private string? _local;
    private RespClient? _except;
    private bool _none;

    /// <summary>Whether a connection is meant.</summary>
    public bool Includes(RespClient client) =>
        !_none && client != _except && (_ids?.Contains(client.Id) ?? true) &&
        (_remote is null || client.Endpoints.Remote == _remote) && (_local is null || client.Endpoints.Local == _local);

    /// <summary>Reads the arguments of CLIENT LIST; answers with an error when they are wrong.</summary>
    public static bool TryParseList(RespSession session, in RespCommand command, [NotNullWhen(true)] out ClientFilter? filter)
    {
        filter = new ClientFilter();
        bool parsed = true;
        if (command.Count == 4 && Ascii.EqualsIgnoreCase(command[2], "type"u8))
        {
            parsed = filter.TakeType(session, command[3]);
        }
        else if (command.Count > 3 && Ascii.EqualsIgnoreCase(command[2], "id"u8))
        {
            for (int i = 3; i < command.Count && parsed; i++)
            {
                parsed = filter.TakeId(session, command[i], "ERR Invalid client ID"u8);
            }
        }
        else if (command.Count != 2)
        {
            parsed = Refuse(session, "ERR syntax error"u8);
        }

        filter = parsed ? filter : null;
        return parsed;
    }

    /// <summary>Reads the arguments of CLIENT KILL; answers with an error when they are wrong.</summary>
    public static bool TryParseKill(RespSession session, in RespCommand command, [NotNullWhen(true)] out ClientFilter? filter)
    {
        filter = new ClientFilter();
        bool parsed = true;
        if (command.Count == 3)
        {
            filter._remote = Encoding.UTF8.GetString(command[2]);
        }
        else
        {
            filter._except = session.Client;
            for (int i = 2; i < command.Count && parsed; i += 2)
            {
                parsed = i + 1 < command.Count
                    ? filter.TakeKillOption(session, command[i], command[i + 1])
                    : Refuse(session, "ERR syntax error"u8);
            }
        }

        filter = parsed ? filter : null;
        return parsed;
    }

    private static bool Refuse(RespSession session, ReadOnlySpan<byte> error)
    {
        session.Writer.Error(error);
        return false;
    }

    private bool TakeKillOption(RespSession session, ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(option, "id"u8))
        {
            return TakeId(session, value, "ERR client-id should be greater than 0"u8);
        }

        if (Ascii.EqualsIgnoreCase(option, "type"u8))
        {
            return TakeType(session, value);
        }

        if (Ascii.EqualsIgnoreCase(option, "addr"u8))
        {
            _remote = Encoding.UTF8.GetString(value);
        }
        else if (Ascii.EqualsIgnoreCase(option, "laddr"u8))
        {
            _local = Encoding.UTF8.GetString(value);
        }
        else if (Ascii.EqualsIgnoreCase(option, "user"u8))
        {
            return Ascii.EqualsIgnoreCase(value, "default"u8) || Refuse(session, [.. "ERR No such user '"u8, .. value, .. "'"u8]);
        }
        else if (Ascii.EqualsIgnoreCase(option, "skipme"u8) && Ascii.EqualsIgnoreCase(value, "no"u8))
        {
            _except = null;
        }
        else if (!Ascii.EqualsIgnoreCase(option, "skipme"u8) || !Ascii.EqualsIgnoreCase(value, "yes"u8))
        {
            return Refuse(session, "ERR syntax error"u8);
        }

        return true;
    }

    private bool TakeId(RespSession session, ReadOnlySpan<byte> text, ReadOnlySpan<byte> error)
    {
        if (!IntegerText.TryParse(text, out long id) || id < 1)
        {
            return Refuse(session, error);
        }

        (_ids ??= []).Add(id);
        return true;
    }

    /// <summary>All connections are of the type "normal": there are no replicas and no subscribers.</summary>
    private bool TakeType(RespSession session, ReadOnlySpan<byte> type)
    {
        bool known = Ascii.EqualsIgnoreCase(type, "normal"u8) || Ascii.EqualsIgnoreCase(type, "master"u8) ||
            Ascii.EqualsIgnoreCase(type, "replica"u8) || Ascii.EqualsIgnoreCase(type, "slave"u8) || Ascii.EqualsIgnoreCase(type, "pubsub"u8);
        _none |= known && !Ascii.EqualsIgnoreCase(type, "normal"u8);
        return known || Refuse(session, [.. "ERR Unknown client type '"u8, .. type, .. "'"u8]);
    }
}
