using System.CommandLine;
using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>list [PREFIX]</c></summary>
internal sealed class ListCommand : ClientCommand
{
    private static readonly Option<bool> KeysOnly = new("--keys-only") { Description = "Without the values" };
    private static readonly Option<ulong?> Limit = Switches.Number<ulong>("--limit", "At most so many pairs", "a number from 0 on");

    public ListCommand(CliHost host)
        : base(host, "list", "Prints the pairs in the order of their keys' bytes: key, tab, value; odd bytes as \\xNN")
    {
        Arguments.Add(Switches.Prefix);
        Options.Add(KeysOnly);
        Options.Add(Limit);
        Options.Add(Switches.Json);
        Options.Add(Switches.Stale);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        bool keysOnly = call.Flags.GetValue(KeysOnly);
        var options = new ListOptions
        {
            Prefix = Encoding.UTF8.GetBytes(call.Flags.GetValue(Switches.Prefix) ?? string.Empty),
            KeysOnly = keysOnly,
            Limit = call.Flags.GetValue(Limit) is { } limit ? (long)Math.Min(limit, long.MaxValue) : null,
            Stale = call.Flags.GetValue(Switches.Stale),
        };
        await foreach (ListItem item in call.Client.ListAsync(options, cancellationToken))
        {
            call.Say(call.Json ? JsonText.Item(item, keysOnly)
                : keysOnly ? PlainText.Of(item.Key)
                : $"{PlainText.Of(item.Key)}\t{PlainText.Of(item.Value)}");
        }

        return ExitStatus.Done;
    }
}
