namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands on keys of any type and on all keys.</summary>
internal static class KeyRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("del", -2, CommandFlags.Write, KeyCommands.Delete)
        {
            Keys = KeyPositions.All("RM delete"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Delete a key",
            Complexity = "O(N) where N is the number of keys that will be removed.",
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
        },
        new("exists", -2, CommandFlags.ReadOnly | CommandFlags.Fast, KeyCommands.Exists)
        {
            Keys = KeyPositions.All("RO"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Determine if a key exists",
            Complexity = "O(N) where N is the number of keys to check.",
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
        },
        new("keys", 2, CommandFlags.ReadOnly, KeyCommands.Keys)
        {
            Topics = CommandTopics.Keyspace | CommandTopics.Dangerous,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Find all keys matching the given pattern",
            Complexity = "O(N) with N being the number of keys that begin with the pattern's literal prefix",
            Tips = ["request_policy:all_shards", "nondeterministic_output_order"],
            OverPartitions = true,
        },
        new("scan", -2, CommandFlags.ReadOnly, KeyCommands.Scan)
        {
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "2.8.0",
            Summary = "Incrementally iterate the keys space",
            Complexity = "O(1) for every call. O(N) for a complete iteration, with N being the number of keys.",
            Tips = ["nondeterministic_output", "request_policy:special"],
            OverPartitions = true,
        },
        new("touch", -2, CommandFlags.ReadOnly | CommandFlags.Fast, KeyCommands.Exists)
        {
            Keys = KeyPositions.All("RO"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "3.2.1",
            Summary = "Alters the last access time of a key(s). Returns the number of existing keys specified.",
            Complexity = "O(N) where N is the number of keys that will be touched.",
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
        },
        new("type", 2, CommandFlags.ReadOnly | CommandFlags.Fast, KeyCommands.Type)
        {
            Keys = KeyPositions.One("RO"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Determine the type stored at key",
        },
        new("unlink", -2, CommandFlags.Write | CommandFlags.Fast, KeyCommands.Delete)
        {
            Keys = KeyPositions.All("RM delete"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "4.0.0",
            Summary = "Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.",
            Complexity = "O(1) for each key removed regardless of its size.",
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
        },
        new("dbsize", 1, CommandFlags.ReadOnly | CommandFlags.Fast, KeyCommands.DbSize)
        {
            Topics = CommandTopics.Keyspace,
            Group = "server",
            Since = "1.0.0",
            Summary = "Return the number of keys in the selected database",
            Complexity = "O(P) where P is the number of partitions",
            Tips = ["request_policy:all_shards", "response_policy:agg_sum"],
            OverPartitions = true,
        },
        new("flushall", -1, CommandFlags.Write, KeyCommands.Flush)
        {
            Topics = CommandTopics.Keyspace | CommandTopics.Dangerous,
            Group = "server",
            Since = "1.0.0",
            Summary = "Remove all keys from all databases",
            Complexity = "O(P) where P is the number of partitions",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            OverPartitions = true,
        },
        new("flushdb", -1, CommandFlags.Write, KeyCommands.Flush)
        {
            Topics = CommandTopics.Keyspace | CommandTopics.Dangerous,
            Group = "server",
            Since = "1.0.0",
            Summary = "Remove all keys from the current database",
            Complexity = "O(P) where P is the number of partitions",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            OverPartitions = true,
        },
    ];
}
