using System.Globalization;
using Holdfast.Client;
using Spectre.Console;

namespace Holdfast.Cli.Output;

/// <summary>The cluster at one moment, as the node that was asked sees it.</summary>
internal sealed record StatusReport(ClusterInfo Cluster, IReadOnlyList<NodeInfo> Nodes, IReadOnlyList<PartitionInfo> Partitions)
{
    /// <summary>Asks a node.</summary>
    public static async Task<StatusReport> AskAsync(IHoldfastClient client, CancellationToken cancellationToken) => new(
        await client.GetClusterAsync(cancellationToken),
        await client.GetNodesAsync(cancellationToken),
        await client.GetPartitionsAsync(cancellationToken));

    /// <summary>Prints it; in colour only on a terminal.</summary>
    public void Print(TextWriter output, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal)
        {
            // A pipe has no width to wrap at.
            console.Profile.Width = 1000;
        }

        string leader = Cluster.System?.Leader is { } id ? $", system leader {id}" : ", no system leader";
        console.Write(Cell($"cluster {Cluster.Id ?? "(not formed)"}: ", null));
        console.Write(Cell(Cluster.Health ?? "unknown", Colour(Cluster.Health)));
        console.WriteLine($", {Nodes.Count} nodes, {Cluster.Partitions} partitions, {Cluster.Replicas} replicas{leader}");
        console.WriteLine();
        Write(console, output, NodeTable());
        Write(console, output, PartitionTable());
        foreach (ProblemInfo problem in Cluster.Problems)
        {
            console.Write(Cell(problem.Code, Color.Red));
            console.WriteLine($": {problem.What}{(problem.Do is null ? string.Empty : "; " + problem.Do)}");
        }
    }

    private Table NodeTable()
    {
        Table table = TableOf("node", "address", "state", "leaders", "replicas", "memory", "disk", "free", "fsync p99", "seen");
        foreach (NodeInfo node in Nodes)
        {
            table.AddRow(
                Cell(Number(node.Id), null),
                Cell(node.Address, null),
                Cell(node.State, Colour(node.State)),
                Cell(Number(node.Leaders), null),
                Cell(Number(node.Replicas), null),
                Cell(Size(node.MemoryBytes), null),
                Cell(node.Disk?.State ?? "-", Colour(node.Disk?.State)),
                Cell(node.Disk is { } disk ? Size(disk.FreeBytes) : "-", null),
                Cell(node.Disk is { } known ? $"{Number(known.FsyncP99Us)} us" : "-", null),
                Cell(node.LastSeenMs is { } seen ? $"{Number(seen)} ms ago" : "never", null));
        }

        return table;
    }

    private Table PartitionTable()
    {
        Table table = TableOf("partition", "slots", "leader", "term", "commit", "keys", "size", "state", "replicas");
        foreach (PartitionInfo partition in Partitions)
        {
            table.AddRow(
                Cell(Number(partition.Id), null),
                Cell(partition.Slots is [var first, var last] ? $"{first}-{last}" : "-", null),
                Cell(partition.Leader is { } leader ? Number(leader) : "none", partition.Leader is null ? Color.Red : null),
                Cell(Number(partition.Term), null),
                Cell(Number(partition.Commit), null),
                Cell(Number(partition.Keys), null),
                Cell(Size(partition.Bytes), null),
                Cell(partition.State, Colour(partition.State)),
                Cell(string.Join(' ', partition.Replicas.Select(Describe)), null));
        }

        return table;
    }

    private static string Describe(ReplicaInfo replica)
    {
        string text = Number(replica.Node);
        text += replica.Role == "leader" ? "*" : replica.Role == "follower" ? string.Empty : $"({replica.Role})";
        return replica.State == "ok" ? text : $"{text}[{replica.State}]";
    }

    private static Table TableOf(params ReadOnlySpan<string> headings)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        return table;
    }

    private static void Write(IAnsiConsole console, TextWriter output, Table table)
    {
        console.Write(table);
        output.WriteLine();
    }

    private static Text Cell(string text, Color? colour) => new(text, colour is { } known ? new Style(known) : Style.Plain);

    private static Color? Colour(string? state) => state switch
    {
        "ok" or "up" => Color.Green,
        "down" or "failed" or "unavailable" or "no-leader" => Color.Red,
        null => null,
        _ => Color.Yellow,
    };

    private static string Number<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }
}
