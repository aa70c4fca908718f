using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>The rows of MULTI and what belongs to it.</summary>
internal static class TransactionRows
{
    private const CommandFlags OfConnection =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.AllowBusy;

    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("discard", 1, OfConnection, TransactionCommands.Discard)
        {
            InTransaction = TransactionRule.AtOnce,
            Topics = CommandTopics.Transaction,
            Group = "transactions",
            Since = "2.0.0",
            Summary = "Discard all commands issued after MULTI",
            Complexity = "O(N), when N is the number of queued commands",
        },
        new("exec", 1, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.SkipSlowLog, TransactionCommands.Exec)
        {
            InTransaction = TransactionRule.AtOnce,
            Topics = CommandTopics.Transaction,
            Group = "transactions",
            Since = "1.2.0",
            Summary = "Execute all commands issued after MULTI",
            Complexity = "Depends on commands in the transaction",
        },
        new("multi", 1, OfConnection, TransactionCommands.Multi)
        {
            InTransaction = TransactionRule.AtOnce,
            Topics = CommandTopics.Transaction,
            Group = "transactions",
            Since = "1.2.0",
            Summary = "Mark the start of a transaction block",
        },
        new("unwatch", 1, OfConnection, TransactionCommands.Unwatch)
        {
            InTransaction = TransactionRule.Queued,
            Topics = CommandTopics.Transaction,
            Group = "transactions",
            Since = "2.2.0",
            Summary = "Forget about all watched keys",
        },
        new("watch", -2, OfConnection, TransactionCommands.Watch)
        {
            Keys = KeyPositions.All("RO"),
            IsAtomic = true,
            InTransaction = TransactionRule.AtOnce,
            Topics = CommandTopics.Transaction,
            Group = "transactions",
            Since = "2.2.0",
            Summary = "Watch the given keys to determine execution of the MULTI/EXEC block",
            Complexity = "O(1) for every key.",
        },
    ];
}
