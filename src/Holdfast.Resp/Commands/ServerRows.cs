using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands on the server.</summary>
internal static class ServerRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("command", -1, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.All)
        {
            Topics = CommandTopics.Connection,
            Group = "server",
            Since = "2.8.13",
            Summary = "Get array of Redis command details",
            Complexity = "O(N) where N is the total number of Redis commands",
            Tips = ["nondeterministic_output_order"],
            Subcommands =
            [
                new("count", 2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Count)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "2.8.13",
                    Summary = "Get total number of Redis commands",
                },
                new("docs", -2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Docs)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "7.0.0",
                    Summary = "Get array of specific Redis command documentation",
                    Complexity = "O(N) where N is the number of commands to look up",
                    Tips = ["nondeterministic_output_order"],
                },
                new("getkeys", -4, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.GetKeys)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "2.8.13",
                    Summary = "Extract keys given a full Redis command",
                    Complexity = "O(N) where N is the number of arguments to the command",
                },
                new("help", 2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Help)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "5.0.0",
                    Summary = "Show helpful text about the different subcommands",
                },
                new("info", -2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Info)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "2.8.13",
                    Summary = "Get array of specific Redis command details, or all when no argument is given.",
                    Complexity = "O(N) where N is the number of commands to look up",
                    Tips = ["nondeterministic_output_order"],
                },
                new("list", -2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.List)
                {
                    Topics = CommandTopics.Connection,
                    Group = "server",
                    Since = "7.0.0",
                    Summary = "Get an array of Redis command names",
                    Complexity = "O(N) where N is the total number of Redis commands",
                    Tips = ["nondeterministic_output_order"],
                },
            ],
        },
        new("config", -2, CommandFlags.None, CommandCommands.Help)
        {
            Group = "server",
            Since = "2.0.0",
            Summary = "A container for server configuration commands",
            Complexity = "Depends on subcommand.",
            Subcommands =
            [
                new("get", -3, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ServerCommands.ConfigGet)
                {
                    Group = "server",
                    Since = "2.0.0",
                    Summary = "Get the values of configuration parameters",
                    Complexity = "O(N) when N is the number of configuration parameters provided",
                },
                new("help", 2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Help)
                {
                    Group = "server",
                    Since = "5.0.0",
                    Summary = "Show helpful text about the different subcommands",
                },
                new("resetstat", 2, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ServerCommands.ConfigResetStat)
                {
                    Group = "server",
                    Since = "2.0.0",
                    Summary = "Reset the stats returned by INFO",
                },
            ],
        },
        new("info", -1, CommandFlags.Loading | CommandFlags.Stale, ServerCommands.Info)
        {
            Topics = CommandTopics.Dangerous,
            Group = "server",
            Since = "1.0.0",
            Summary = "Get information and statistics about the server",
            Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        },
        new("time", 1, CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, ConnectionCommands.Time)
        {
            InTransaction = TransactionRule.Queued,
            Group = "server",
            Since = "2.6.0",
            Summary = "Return the current server time",
            Tips = ["nondeterministic_output"],
        },
    ];
}
