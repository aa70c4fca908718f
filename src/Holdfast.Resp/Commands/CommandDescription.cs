using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>Writes rows of the command table in the forms of COMMAND INFO and COMMAND DOCS.</summary>
internal static class CommandDescription
{
    private static readonly (CommandFlags Flag, string Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"),
        (CommandFlags.ReadOnly, "readonly"),
        (CommandFlags.DenyOom, "denyoom"),
        (CommandFlags.Admin, "admin"),
        (CommandFlags.NoScript, "noscript"),
        (CommandFlags.Loading, "loading"),
        (CommandFlags.Stale, "stale"),
        (CommandFlags.SkipSlowLog, "skip_slowlog"),
        (CommandFlags.Fast, "fast"),
        (CommandFlags.NoAuth, "no_auth"),
        (CommandFlags.AllowBusy, "allow_busy"),
    ];

    /// <summary>Writes a command as COMMAND INFO does.</summary>
    public static void WriteInfo(RespWriter writer, CommandSpec spec)
    {
        writer.Array(10);
        writer.Bulk(spec.FullName);
        writer.Integer(spec.Arity);
        WriteStatuses(writer, [.. FlagNames.Where(flag => (spec.Flags & flag.Flag) != CommandFlags.None).Select(flag => flag.Name)]);
        writer.Integer(spec.Keys.First);
        writer.Integer(spec.Keys.Last);
        writer.Integer(spec.Keys.Step);
        WriteStatuses(writer, Categories(spec));
        writer.Set(spec.Tips.Count);
        foreach (string tip in spec.Tips)
        {
            writer.Bulk(tip);
        }

        WriteKeySpecifications(writer, spec);
        writer.Set(spec.Subcommands.Count);
        foreach (CommandSpec sub in spec.Subcommands)
        {
            WriteInfo(writer, sub);
        }
    }

    /// <summary>Writes a command's name and its description as COMMAND DOCS does.</summary>
    public static void WriteDocs(RespWriter writer, CommandSpec spec)
    {
        writer.Bulk(spec.FullName);
        writer.Map(spec.Subcommands.Count > 0 ? 5 : 4);
        writer.Bulk("summary"u8);
        writer.Bulk(spec.Summary);
        writer.Bulk("since"u8);
        writer.Bulk(spec.Since);
        writer.Bulk("group"u8);
        writer.Bulk(spec.Group);
        writer.Bulk("complexity"u8);
        writer.Bulk(spec.Complexity);
        if (spec.Subcommands.Count == 0)
        {
            return;
        }

        writer.Bulk("subcommands"u8);
        writer.Map(spec.Subcommands.Count);
        foreach (CommandSpec sub in spec.Subcommands)
        {
            WriteDocs(writer, sub);
        }
    }

    /// <summary>The categories of access control that a command belongs to, in Redis' order.</summary>
    public static string[] Categories(CommandSpec spec)
    {
        bool admin = (spec.Flags & CommandFlags.Admin) != CommandFlags.None;
        (bool Holds, string Name)[] categories =
        [
            ((spec.Topics & CommandTopics.Keyspace) != CommandTopics.None, "@keyspace"),
            ((spec.Flags & CommandFlags.ReadOnly) != CommandFlags.None, "@read"),
            ((spec.Flags & CommandFlags.Write) != CommandFlags.None, "@write"),
            ((spec.Topics & CommandTopics.String) != CommandTopics.None, "@string"),
            (admin, "@admin"),
            ((spec.Flags & CommandFlags.Fast) != CommandFlags.None, "@fast"),
            ((spec.Flags & CommandFlags.Fast) == CommandFlags.None, "@slow"),
            (admin || (spec.Topics & CommandTopics.Dangerous) != CommandTopics.None, "@dangerous"),
            ((spec.Topics & CommandTopics.Connection) != CommandTopics.None, "@connection"),
            ((spec.Topics & CommandTopics.Transaction) != CommandTopics.None, "@transaction"),
        ];
        return [.. categories.Where(category => category.Holds).Select(category => category.Name)];
    }

    private static void WriteStatuses(RespWriter writer, string[] names)
    {
        writer.Set(names.Length);
        foreach (string name in names)
        {
            writer.Simple(name);
        }
    }

    private static void WriteKeySpecifications(RespWriter writer, CommandSpec spec)
    {
        KeyPositions keys = spec.Keys;
        if (keys.First == 0)
        {
            writer.Set(0);
        }
        else if (keys.SecondAccess is { } second)
        {
            writer.Set(2);
            WriteKeySpecification(writer, keys with { Last = keys.First }, spec.KeyNotes);
            WriteKeySpecification(writer, new KeyPositions(keys.Last, keys.Last, keys.Step, second), spec.KeyNotes);
        }
        else
        {
            writer.Set(1);
            WriteKeySpecification(writer, keys, spec.KeyNotes);
        }
    }

    private static void WriteKeySpecification(RespWriter writer, KeyPositions keys, string notes)
    {
        writer.Map(notes.Length > 0 ? 4 : 3);
        if (notes.Length > 0)
        {
            writer.Bulk("notes"u8);
            writer.Bulk(notes);
        }

        writer.Bulk("flags"u8);
        WriteStatuses(writer, keys.Access.Split(' '));
        writer.Bulk("begin_search"u8);
        WriteSearch(writer, "index", [("index", keys.First)]);
        writer.Bulk("find_keys"u8);

        // Relative to the first key: 0 is that key itself, negative counts from the last argument.
        int last = keys.Last < 0 ? keys.Last : keys.Last - keys.First;
        WriteSearch(writer, "range", [("lastkey", last), ("keystep", keys.Step), ("limit", 0)]);
    }

    private static void WriteSearch(RespWriter writer, string type, (string Name, int Value)[] fields)
    {
        writer.Map(2);
        writer.Bulk("type"u8);
        writer.Bulk(type);
        writer.Bulk("spec"u8);
        writer.Map(fields.Length);
        foreach ((string name, int value) in fields)
        {
            writer.Bulk(name);
            writer.Integer(value);
        }
    }
}
