namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands on when keys expire.</summary>
internal static class ExpiryRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("expire", -3, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.Expire)
        {
            Keys = KeyPositions.One("RW update"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Set a key's time to live in seconds",
        },
        new("expireat", -3, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.ExpireAt)
        {
            Keys = KeyPositions.One("RW update"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "1.2.0",
            Summary = "Set the expiration for a key as a UNIX timestamp",
        },
        new("expiretime", 2, CommandFlags.ReadOnly | CommandFlags.Fast, ExpiryCommands.ExpireTime)
        {
            Keys = KeyPositions.One("RO access"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "7.0.0",
            Summary = "Get the expiration Unix timestamp for a key",
        },
        new("persist", 2, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.Persist)
        {
            Keys = KeyPositions.One("RW update"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "2.2.0",
            Summary = "Remove the expiration from a key",
        },
        new("pexpire", -3, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.PExpire)
        {
            Keys = KeyPositions.One("RW update"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Set a key's time to live in milliseconds",
        },
        new("pexpireat", -3, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.PExpireAt)
        {
            Keys = KeyPositions.One("RW update"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Set the expiration for a key as a UNIX timestamp specified in milliseconds",
        },
        new("pexpiretime", 2, CommandFlags.ReadOnly | CommandFlags.Fast, ExpiryCommands.PExpireTime)
        {
            Keys = KeyPositions.One("RO access"),
            Topics = CommandTopics.Keyspace,
            Group = "generic",
            Since = "7.0.0",
            Summary = "Get the expiration Unix timestamp for a key in milliseconds",
        },
        new("pttl", 2, CommandFlags.ReadOnly | CommandFlags.Fast, ExpiryCommands.PTtl)
        {
            Keys = KeyPositions.One("RO access"),
            Topics = CommandTopics.Keyspace,
            Tips = ["nondeterministic_output"],
            Group = "generic",
            Since = "2.6.0",
            Summary = "Get the time to live for a key in milliseconds",
        },
        new("ttl", 2, CommandFlags.ReadOnly | CommandFlags.Fast, ExpiryCommands.Ttl)
        {
            Keys = KeyPositions.One("RO access"),
            Topics = CommandTopics.Keyspace,
            Tips = ["nondeterministic_output"],
            Group = "generic",
            Since = "1.0.0",
            Summary = "Get the time to live for a key in seconds",
        },
        new("getex", -2, CommandFlags.Write | CommandFlags.Fast, ExpiryCommands.GetEx)
        {
            Keys = KeyPositions.One("RW access update"),
            Topics = CommandTopics.String,
            Group = "string",
            Since = "6.2.0",
            Summary = "Get the value of a key and optionally set its expiration",
            KeyNotes = "RW and UPDATE because it changes the TTL",
        },
    ];
}
