namespace Holdfast.Resp.Commands;

/// <summary>The rows of commands for clients that know where keys live.</summary>
internal static class ClusterRows
{
    private const string PerNode = "O(N) where N is the total number of Cluster nodes";

    private static readonly string[] Changing = ["nondeterministic_output"];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        Switch("asking", CommandFlags.Fast, ClusterCommands.Asking, "Sent by cluster clients after an -ASK redirect"),
        new("cluster", -2, CommandFlags.None, CommandCommands.Help)
        {
            Group = "cluster",
            Since = "3.0.0",
            Summary = "A container for cluster commands",
            Complexity = "Depends on subcommand.",
            Subcommands =
            [
                Sub("countkeysinslot", 3, ClusterCommands.CountKeysInSlot, "Return the number of local keys in the specified hash slot") with
                {
                    Complexity = "O(N) where N is the number of keys in the slot",
                },
                Sub("getkeysinslot", 4, ClusterCommands.GetKeysInSlot, "Return local key names in the specified hash slot") with
                {
                    Complexity = "O(N) where N is the number of requested keys",
                    Tips = Changing,
                },
                new("help", 2, CommandFlags.Loading | CommandFlags.Stale, CommandCommands.Help)
                {
                    Group = "cluster",
                    Since = "5.0.0",
                    Summary = "Show helpful text about the different subcommands",
                },
                Sub("info", 2, ClusterCommands.Info, "Provides info about Redis Cluster node state") with { Tips = Changing },
                Sub("keyslot", 3, ClusterCommands.KeySlot, "Returns the hash slot of the specified key") with
                {
                    Complexity = "O(N) where N is the number of bytes in the key",
                },
                Sub("myid", 2, ClusterCommands.MyId, "Return the node id"),
                Sub("nodes", 2, ClusterCommands.Nodes, "Get Cluster config for the node") with { Complexity = PerNode, Tips = Changing },
                Sub("shards", 2, ClusterCommands.Shards, "Get array of cluster slots to node mappings") with
                {
                    Complexity = "O(N) where N is the total number of cluster nodes",
                    Since = "7.0.0",
                    Tips = Changing,
                },
                Sub("slots", 2, ClusterCommands.Slots, "Get array of Cluster slot to node mappings") with { Complexity = PerNode, Tips = Changing },
            ],
        },
        Switch(
            "readonly",
            CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
            ClusterCommands.ReadOnly,
            "Enables read queries for a connection to a cluster replica node"),
        Switch(
            "readwrite",
            CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
            ClusterCommands.ReadWrite,
            "Disables read queries for a connection to a cluster replica node"),
    ];

    private static CommandSpec Switch(string name, CommandFlags flags, CommandHandler handler, string summary) => new(name, 1, flags, handler)
    {
        Topics = CommandTopics.Connection,
        Group = "cluster",
        Since = "3.0.0",
        Summary = summary,
    };

    private static CommandSpec Sub(string name, int arity, CommandHandler handler, string summary) => new(name, arity, CommandFlags.Stale, handler)
    {
        Group = "cluster",
        Since = "3.0.0",
        Summary = summary,
    };
}
