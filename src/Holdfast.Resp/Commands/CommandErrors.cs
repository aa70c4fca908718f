using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>The answers to commands that can't be carried out as they stand, in Redis' words.</summary>
internal static class CommandErrors
{
    private const int ShownBytes = 128;

    /// <summary>Says what is wrong with a command that the table does not hold, or not with so many arguments.</summary>
    public static void Write(RespSession session, in RespCommand command, CommandSpec? spec, bool inline)
    {
        session.Transaction.Doom();
        if (spec is not null)
        {
            WriteWrongCount(session, spec);
        }
        else if (inline && IsHttp(command[0]))
        {
            // A browser that was tricked into posting to this port must not have the rest of its request read as commands.
            session.CloseAfterReplies();
        }
        else if (CommandTable.FindContainer(command) is { } container)
        {
            session.Writer.Error([
                .. "ERR unknown subcommand '"u8, .. Shown(command[1], ShownBytes), .. "'. Try "u8,
                .. Encoding.ASCII.GetBytes(container.Name.ToUpperInvariant()), .. " HELP."u8]);
        }
        else
        {
            session.Writer.Error(Unknown(command));
        }
    }

    private static void WriteWrongCount(RespSession session, CommandSpec spec)
    {
        string error = $"wrong number of arguments for '{spec.FullName}' command";
        if (spec.Handler == TransactionCommands.Exec)
        {
            // Whoever sends it takes the transaction for ended: it must not go on with the next command.
            session.Transaction.Forget();
            session.Writer.Error($"EXECABORT Transaction discarded because of: {error}");
        }
        else
        {
            session.Writer.Error($"ERR {error}");
        }
    }

    private static byte[] Unknown(in RespCommand command)
    {
        List<byte> arguments = [];
        for (int i = 1; i < command.Count && arguments.Count < ShownBytes; i++)
        {
            arguments.AddRange([(byte)'\'', .. Shown(command[i], ShownBytes - arguments.Count), (byte)'\'', (byte)' ']);
        }

        return [.. "ERR unknown command '"u8, .. Shown(command[0], ShownBytes), .. "', with args beginning with: "u8, .. arguments];
    }

    /// <summary>The first bytes of an argument, which end at a zero, since Redis prints C strings.</summary>
    private static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> argument, int maxBytes)
    {
        ReadOnlySpan<byte> shown = argument[..Math.Min(argument.Length, maxBytes)];
        int zero = shown.IndexOf((byte)0);
        return zero < 0 ? shown : shown[..zero];
    }

    private static bool IsHttp(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "post"u8) || Ascii.EqualsIgnoreCase(name, "host:"u8);
}
