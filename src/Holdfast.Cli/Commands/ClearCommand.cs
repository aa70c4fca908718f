using System.CommandLine;
using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>clear [PREFIX]</c></summary>
internal sealed class ClearCommand : ClientCommand
{
    private static readonly Option<bool> Yes = new("--yes") { Description = "Don't ask before all keys are deleted" };

    public ClearCommand(CliHost host)
        : base(host, "clear", "Deletes the keys that begin with a prefix, or all")
    {
        Arguments.Add(Switches.Prefix);
        Options.Add(Yes);
        Options.Add(Switches.Json);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(call.Flags.GetValue(Switches.Prefix) ?? string.Empty);
        if (prefix.Length == 0 && !call.Flags.GetValue(Yes) && call.Host.Terminal is { } terminal && !Confirmed(terminal))
        {
            throw new CommandFailedException("nothing was deleted");
        }

        long deleted = await call.Client.ClearAsync(prefix, new WriteOptions { ExactlyOnce = true }, cancellationToken);
        call.Say(call.Json ? JsonText.Object(("deleted", deleted)) : $"{deleted} deleted");
        return ExitStatus.Done;
    }

    private static bool Confirmed(Shell.ITerminal terminal)
    {
        terminal.Write("Delete all keys of the cluster? [y/N] ");
        bool yes = terminal.ReadKey().KeyChar is 'y' or 'Y';
        terminal.Write("\n");
        return yes;
    }
}
