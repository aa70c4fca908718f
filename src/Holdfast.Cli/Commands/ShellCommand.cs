using System.CommandLine;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Settings;
using Holdfast.Cli.Shell;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>shell</c>: the commands of the store, one after another, over one client.</summary>
internal sealed class ShellCommand : ClientCommand
{
    private const string Prompt = "holdfast> ";

    private static readonly HashSet<string> Keyed = new(StringComparer.Ordinal)
    {
        "put", "append", "get", "delete", "list", "clear", "incr",
    };

    public ShellCommand(CliHost host)
        : base(host, "shell", "Takes commands one after another, with history and completion")
    {
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        CliHost inner = Inner(call);
        RootCommand commands = CommandTree.OfShell(inner);
        return call.Host.Terminal is { } terminal
            ? await TalkAsync(terminal, call, commands, inner, cancellationToken)
            : await ReadScriptAsync(commands, inner, cancellationToken);
    }

    /// <summary>The shell's endpoint and timeout hold for its commands, which share its client unless they name another endpoint.</summary>
    private static CliHost Inner(Invocation call)
    {
        IReadOnlyList<Endpoint> endpoints = ClientSettings.Endpoint.In(call.Settings);
        TimeSpan timeout = ClientSettings.Timeout.In(call.Settings);
        return call.Host with
        {
            Variable = name =>
                name == ClientSettings.Endpoint.VariableName ? string.Join(',', endpoints)
                : name == ClientSettings.Timeout.VariableName ? $"{timeout.TotalMilliseconds:0}ms"
                : call.Host.Variable(name),
            Connect = options => options.Endpoints.SequenceEqual(endpoints) && options.Timeout == timeout
                ? new ClientLease(call.Client, Owned: false)
                : call.Host.Connect(options),
        };
    }

    private static async Task<int> TalkAsync(
        ITerminal terminal, Invocation call, RootCommand commands, CliHost inner, CancellationToken cancellationToken)
    {
        LineHistory history = LineHistory.DefaultPath(call.Host.Variable) is { } path ? LineHistory.InFile(path) : LineHistory.InMemory();
        string[] names = [.. commands.Subcommands.Select(c => c.Name), "help", "exit"];
        var completer = new StoreCompleter(call.Client, names, Keyed);
        var editor = new LineEditor(terminal, history, completer.CompleteAsync);
        while (await editor.ReadAsync(Prompt, cancellationToken) is { } line)
        {
            if (await RunLineAsync(line, commands, inner, cancellationToken) is null)
            {
                break;
            }
        }

        return ExitStatus.Done;
    }

    /// <summary>Lines from a pipe: all are run, and one that failed makes the whole fail.</summary>
    private static async Task<int> ReadScriptAsync(RootCommand commands, CliHost inner, CancellationToken cancellationToken)
    {
        int worst = ExitStatus.Done;
        using var reader = new StreamReader(inner.Input, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (await RunLineAsync(line, commands, inner, cancellationToken) is not { } status)
            {
                break;
            }

            worst = Math.Max(worst, status);
        }

        return worst == ExitStatus.Done ? ExitStatus.Done : ExitStatus.Failed;
    }

    /// <summary>The exit status of one line; null when it ends the shell.</summary>
    private static async Task<int?> RunLineAsync(string line, RootCommand commands, CliHost inner, CancellationToken cancellationToken)
    {
        List<string> words;
        try
        {
            words = ShellWords.Split(line);
        }
        catch (FormatException exception)
        {
            await inner.Error.WriteLineAsync(exception.Message);
            await inner.Error.FlushAsync(cancellationToken);
            return ExitStatus.Usage;
        }

        switch (words)
        {
            case [] or [['#', ..], ..]: return ExitStatus.Done;
            case ["exit" or "quit"]: return null;
            case ["help"]: words = ["--help"]; break;
            case ["help", var command]: words = [command, "--help"]; break;
            default: break;
        }

        return await inner.Interrupts.RunAsync(
            token => CliApplication.RunAsync(commands, words, inner, "error", token), cancellationToken);
    }
}
