using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>
/// The commands. Lookup, checks of arguments and keys, COMMAND and HELP all follow from the rows, which stand in one file for
/// each topic.
/// </summary>
internal static class CommandTable
{
    private static readonly CommandIndex Index;
    private static readonly Dictionary<CommandSpec, CommandIndex> SubcommandIndexes = new(ReferenceEqualityComparer.Instance);

    static CommandTable()
    {
        All =
        [
            .. ConnectionRows.All, .. StringRows.All, .. KeyRows.All, .. ExpiryRows.All, .. BatchRows.All, .. TransactionRows.All, .. ServerRows.All,
            .. ClusterRows.All,
        ];
        Index = new CommandIndex(All);
        foreach (CommandSpec container in All.Where(spec => spec.Subcommands.Count > 0))
        {
            SubcommandIndexes[container] = new CommandIndex(container.Subcommands);
        }
    }

    /// <summary>All commands, each container once.</summary>
    public static IReadOnlyList<CommandSpec> All { get; }

    /// <summary>The row that a command belongs to; null when there is none.</summary>
    public static CommandSpec? Find(in RespCommand command)
    {
        CommandSpec? spec = Index.Find(command[0]);
        return spec is { Subcommands.Count: > 0 } && command.Count > 1 ? SubcommandIndexes[spec].Find(command[1]) : spec;
    }

    /// <summary>The container that a command's name names; null when it names none.</summary>
    public static CommandSpec? FindContainer(in RespCommand command) =>
        Index.Find(command[0]) is { Subcommands.Count: > 0 } spec ? spec : null;

    /// <summary>The row of a name such as <c>get</c> or <c>client|id</c>; null when there is none.</summary>
    public static CommandSpec? FindByFullName(ReadOnlySpan<byte> name)
    {
        int separator = name.IndexOf((byte)'|');
        if (separator < 0)
        {
            return Index.Find(name);
        }

        return Index.Find(name[..separator]) is { Subcommands.Count: > 0 } container
            ? SubcommandIndexes[container].Find(name[(separator + 1)..])
            : null;
    }
}
