using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands on the connection.</summary>
internal static class ConnectionRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("auth", -2, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy, ConnectionCommands.Auth)
        {
            Topics = CommandTopics.Connection,
            Group = "connection",
            Since = "1.0.0",
            Summary = "Authenticate to the server",
            Complexity = "O(N) where N is the number of passwords defined for the user",
        },
        new("client", -2, CommandFlags.None, CommandCommands.Help)
        {
            Group = "connection",
            Since = "2.4.0",
            Summary = "A container for client connection commands",
            Complexity = "Depends on subcommand.",
            Subcommands =
            [
                new("getname", 2, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.GetName)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "2.6.9",
                    Summary = "Get the current connection name",
                },
                new("help", 2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Help)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "5.0.0",
                    Summary = "Show helpful text about the different subcommands",
                },
                new("id", 2, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.Id)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "5.0.0",
                    Summary = "Returns the client ID for the current connection",
                },
                new("info", 2, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.Info)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "6.2.0",
                    Summary = "Returns information about the current client connection.",
                    Tips = ["nondeterministic_output"],
                },
                new("kill", -3, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.Kill)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "2.4.0",
                    Summary = "Kill the connection of a client",
                    Complexity = "O(N) where N is the number of client connections",
                },
                new("list", -2, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.List)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "2.4.0",
                    Summary = "Get the list of client connections",
                    Complexity = "O(N) where N is the number of client connections",
                    Tips = ["nondeterministic_output"],
                },
                new("no-evict", 3, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.OnOrOff)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "7.0.0",
                    Summary = "Set client eviction mode for the current connection",
                },
                new("no-touch", 3, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.OnOrOff)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "7.2.0",
                    Summary = "Controls whether commands sent by the client affect the last access of keys",
                },
                new("reply", 3, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.ReplyMode)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "3.2.0",
                    Summary = "Instruct the server whether to reply to commands",
                },
                new("setinfo", 4, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.SetInfo)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "7.2.0",
                    Summary = "Set information specific to the client or connection",
                },
                new("setname", 3, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommands.SetName)
                {
                    Topics = CommandTopics.Connection,
                    Group = "connection",
                    Since = "2.6.9",
                    Summary = "Set the current connection name",
                },
            ],
        },
        new("echo", 2, CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, ConnectionCommands.Echo)
        {
            Topics = CommandTopics.Connection,
            InTransaction = TransactionRule.Queued,
            Group = "connection",
            Since = "1.0.0",
            Summary = "Echo the given string",
        },
        new("hello", -1, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy, ConnectionCommands.Hello)
        {
            Topics = CommandTopics.Connection,
            Group = "connection",
            Since = "6.0.0",
            Summary = "Handshake with Redis",
        },
        new("ping", -1, CommandFlags.Fast, ConnectionCommands.Ping)
        {
            Topics = CommandTopics.Connection,
            InTransaction = TransactionRule.Queued,
            Group = "connection",
            Since = "1.0.0",
            Summary = "Ping the server",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
        },
        new("quit", -1, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy, ConnectionCommands.Quit)
        {
            Topics = CommandTopics.Connection,
            InTransaction = TransactionRule.AtOnce,
            Group = "connection",
            Since = "1.0.0",
            Summary = "Close the connection",
        },
        new("reset", 1, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy, ConnectionCommands.Reset)
        {
            Topics = CommandTopics.Connection,
            InTransaction = TransactionRule.AtOnce,
            Group = "connection",
            Since = "6.2.0",
            Summary = "Reset the connection",
        },
        new("select", 2, CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, ConnectionCommands.Select)
        {
            Topics = CommandTopics.Connection,
            InTransaction = TransactionRule.Queued,
            Group = "connection",
            Since = "1.0.0",
            Summary = "Change the selected database for the current connection",
        },
    ];
}
