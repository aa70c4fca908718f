using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands that change several keys as one.</summary>
internal static class BatchRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("copy", -3, CommandFlags.Write | CommandFlags.DenyOom, BatchCommands.Copy)
        {
            Keys = KeyPositions.Two("RO access", "OW update"),
            IsAtomic = true,
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "6.2.0",
            Summary = "Copy a key",
            Complexity = "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
        },
        new("mset", -3, CommandFlags.Write | CommandFlags.DenyOom, BatchCommands.MSet)
        {
            Keys = KeyPositions.Pairs("OW update"),
            IsAtomic = true,
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.1",
            Summary = "Set multiple keys to multiple values",
            Complexity = "O(N) where N is the number of keys to set.",
            Tips = ["request_policy:multi_shard", "response_policy:all_succeeded"],
        },

        // In a transaction nothing but a watched key may prevent the rest, and this one is all or nothing by itself.
        new("msetnx", -3, CommandFlags.Write | CommandFlags.DenyOom, BatchCommands.MSetNx)
        {
            Keys = KeyPositions.Pairs("OW insert"),
            IsAtomic = true,
            InTransaction = TransactionRule.Refused,
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.1",
            Summary = "Set multiple keys to multiple values, only if none of the keys exist",
            Complexity = "O(N) where N is the number of keys to set.",
            Tips = ["request_policy:multi_shard", "response_policy:agg_min"],
        },
        new("rename", 3, CommandFlags.Write, BatchCommands.Rename)
        {
            Keys = KeyPositions.Two("RW access delete", "OW update"),
            IsAtomic = true,
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Rename a key",
        },
        new("renamenx", 3, CommandFlags.Write | CommandFlags.Fast, BatchCommands.RenameNx)
        {
            Keys = KeyPositions.Two("RW access delete", "OW insert"),
            IsAtomic = true,
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Rename a key, only if the new key does not exist",
        },
    ];
}
