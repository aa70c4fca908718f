using System.CommandLine;
using Holdfast.Cli.Commands;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Settings;

namespace Holdfast.Cli;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    /// <summary>The program's commands.</summary>
    public static RootCommand OfProgram(CliHost host)
    {
        var root = new RootCommand("Holdfast: a strongly consistent, sharded, replicated key-value store")
        {
            new DevCommand(host),
            new ServerCommand(host),
        };
        AddStoreCommands(root, host);
        root.Add(new ShellCommand(host));
        root.Add(new ImportCommand(host));
        root.Add(new ExportCommand(host));
        root.Add(new MissingCommand("proxy", "Routes and balances; holds no data", "any node takes any call and forwards it"));
        root.Add(new WatchCommand(host));
        root.Add(new BenchCommand(host));
        root.Add(new MissingCommand("verify", "Checks a cluster under faults", "see 'holdfast status'"));
        root.Add(new MissingCommand("node", "Adds, removes, drains and replaces nodes", "the nodes are those of --peers"));
        root.Add(new MissingCommand("partition", "Moves partitions and leaders", "see 'holdfast status' for where they are"));
        root.Add(new MissingCommand("backup", "Writes a backup", "use 'holdfast export FILE.jsonl'"));
        root.Add(new MissingCommand("restore", "Reads a backup", "use 'holdfast import FILE.jsonl'"));
        root.Options.Add(SettingSources.ConfigFlag);
        return root;
    }

    /// <summary>The commands that a shell has.</summary>
    public static RootCommand OfShell(CliHost host)
    {
        var root = new RootCommand("The commands of the shell");
        AddStoreCommands(root, host);
        root.Options.Add(SettingSources.ConfigFlag);
        return root;
    }

    private static void AddStoreCommands(RootCommand root, CliHost host)
    {
        root.Add(new PutCommand(host));
        root.Add(new AppendCommand(host));
        root.Add(new GetCommand(host));
        root.Add(new DeleteCommand(host));
        root.Add(new ListCommand(host));
        root.Add(new ClearCommand(host));
        root.Add(new IncrCommand(host));
        root.Add(new StatusCommand(host));
    }
}
