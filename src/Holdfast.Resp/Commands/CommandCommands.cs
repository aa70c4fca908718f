using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>COMMAND, and HELP of the containers: the command table as clients read it.</summary>
internal static class CommandCommands
{
    /// <summary>COMMAND.</summary>
    public static void All(RespSession session, in RespCommand command)
    {
        session.Writer.Array(CommandTable.All.Count);
        foreach (CommandSpec spec in CommandTable.All)
        {
            CommandDescription.WriteInfo(session.Writer, spec);
        }
    }

    /// <summary>COMMAND COUNT.</summary>
    public static void Count(RespSession session, in RespCommand command) => session.Writer.Integer(CommandTable.All.Count);

    /// <summary>COMMAND INFO [name ...].</summary>
    public static void Info(RespSession session, in RespCommand command)
    {
        if (command.Count == 2)
        {
            All(session, command);
            return;
        }

        session.Writer.Array(command.Count - 2);
        for (int i = 2; i < command.Count; i++)
        {
            if (CommandTable.FindByFullName(command[i]) is { } spec)
            {
                CommandDescription.WriteInfo(session.Writer, spec);
            }
            else
            {
                session.Writer.Null();
            }
        }
    }

    /// <summary>COMMAND DOCS [name ...].</summary>
    public static void Docs(RespSession session, in RespCommand command)
    {
        List<CommandSpec> specs = [];
        for (int i = 2; i < command.Count; i++)
        {
            if (CommandTable.FindByFullName(command[i]) is { } spec)
            {
                specs.Add(spec);
            }
        }

        IReadOnlyList<CommandSpec> chosen = command.Count == 2 ? CommandTable.All : specs;
        session.Writer.Map(chosen.Count);
        foreach (CommandSpec spec in chosen)
        {
            CommandDescription.WriteDocs(session.Writer, spec);
        }
    }

    /// <summary>COMMAND LIST [FILTERBY PATTERN pattern | FILTERBY ACLCAT category | FILTERBY MODULE name].</summary>
    public static void List(RespSession session, in RespCommand command)
    {
        IEnumerable<CommandSpec> chosen = CommandTable.All;
        if (command.Count == 5 && Ascii.EqualsIgnoreCase(command[2], "filterby"u8))
        {
            byte[] value = Encoding.ASCII.GetBytes(Encoding.Latin1.GetString(command[4]).ToLowerInvariant());
            if (Ascii.EqualsIgnoreCase(command[3], "pattern"u8))
            {
                chosen = chosen.Where(spec => GlobPattern.Matches(value, Encoding.ASCII.GetBytes(spec.Name)));
            }
            else if (Ascii.EqualsIgnoreCase(command[3], "aclcat"u8))
            {
                chosen = chosen.Where(spec => CommandDescription.Categories(spec).Contains("@" + Encoding.ASCII.GetString(value)));
            }
            else if (Ascii.EqualsIgnoreCase(command[3], "module"u8))
            {
                chosen = [];
            }
            else
            {
                session.Writer.Error("ERR syntax error"u8);
                return;
            }
        }
        else if (command.Count != 2)
        {
            session.Writer.Error("ERR syntax error"u8);
            return;
        }

        string[] names = [.. chosen.Select(spec => spec.Name)];
        session.Writer.Array(names.Length);
        foreach (string name in names)
        {
            session.Writer.Bulk(name);
        }
    }

    /// <summary>COMMAND GETKEYS name [argument ...].</summary>
    public static void GetKeys(RespSession session, in RespCommand command)
    {
        int count = command.Count - 2;
        if (CommandTable.FindByFullName(command[2]) is not { } spec)
        {
            session.Writer.Error("ERR Invalid command specified"u8);
            return;
        }

        if (spec.Keys.First == 0)
        {
            session.Writer.Error("ERR The command has no key arguments"u8);
            return;
        }

        if (!spec.TakesCount(count))
        {
            session.Writer.Error("ERR Invalid number of arguments specified for command"u8);
            return;
        }

        int keys = ((spec.Keys.LastIn(count) - spec.Keys.First) / spec.Keys.Step) + 1;
        session.Writer.Array(keys);
        for (int i = 0; i < keys; i++)
        {
            session.Writer.Bulk(command[2 + spec.Keys.First + (i * spec.Keys.Step)]);
        }
    }

    /// <summary>HELP of a container: its commands and what they do.</summary>
    public static void Help(RespSession session, in RespCommand command)
    {
        CommandSpec container = CommandTable.FindContainer(command)!;
        session.Writer.Array((container.Subcommands.Count * 2) + 1);
        string name = container.Name.ToUpperInvariant();
        session.Writer.Simple($"{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach (CommandSpec sub in container.Subcommands)
        {
            session.Writer.Simple(sub.Name.ToUpperInvariant());
            session.Writer.Simple($"    {sub.Summary.TrimEnd('.')}.");
        }
    }
}
