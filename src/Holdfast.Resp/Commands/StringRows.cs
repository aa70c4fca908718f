namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands on strings.</summary>
internal static class StringRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("append", 3, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.Append)
        {
            Keys = KeyPositions.One("RW insert"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "2.0.0",
            Summary = "Append a value to a key",
            Complexity = "O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size.",
        },
        new("decr", 2, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.Decr)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Decrement the integer value of a key by one",
        },
        new("decrby", 3, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.DecrBy)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Decrement the integer value of a key by the given number",
        },
        new("get", 2, CommandFlags.ReadOnly | CommandFlags.Fast, StringCommands.Get)
        {
            Keys = KeyPositions.One("RO access"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Get the value of a key",
        },
        new("getset", 3, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.GetSet)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Set the string value of a key and return its old value",
        },
        new("incr", 2, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.Incr)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Increment the integer value of a key by one",
        },
        new("incrby", 3, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.IncrBy)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Increment the integer value of a key by the given amount",
        },
        new("mget", -2, CommandFlags.ReadOnly | CommandFlags.Fast, StringCommands.MGet)
        {
            Keys = KeyPositions.All("RO access"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Get the values of all the given keys",
            Complexity = "O(N) where N is the number of keys to retrieve.",
            Tips = ["request_policy:multi_shard"],
        },
        new("set", -3, CommandFlags.Write | CommandFlags.DenyOom, StringCommands.Set)
        {
            Keys = KeyPositions.One("RW access update variable_flags"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Set the string value of a key",
            KeyNotes = "RW and ACCESS due to the optional `GET` argument",
        },
        new("psetex", 4, CommandFlags.Write | CommandFlags.DenyOom, StringCommands.PSetEx)
        {
            Keys = KeyPositions.One("OW update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "2.6.0",
            Summary = "Set the value and expiration in milliseconds of a key",
        },
        new("setex", 4, CommandFlags.Write | CommandFlags.DenyOom, StringCommands.SetEx)
        {
            Keys = KeyPositions.One("OW update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "2.0.0",
            Summary = "Set the value and expiration of a key",
        },
        new("setnx", 3, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, StringCommands.SetNx)
        {
            Keys = KeyPositions.One("OW insert"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "1.0.0",
            Summary = "Set the value of a key, only if the key does not exist",
        },
        new("strlen", 2, CommandFlags.ReadOnly | CommandFlags.Fast, StringCommands.StrLen)
        {
            Keys = KeyPositions.One("RO"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "2.2.0",
            Summary = "Get the length of the value stored in a key",
        },
    ];
}
