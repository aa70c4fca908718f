using System.CommandLine;
using System.Globalization;
using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>watch [PREFIX]</c></summary>
internal sealed class WatchCommand : ClientCommand
{
    private static readonly Option<string?> From = new("--from")
    {
        Description = "Where to go on: the token of an earlier event (without: from now)",
        HelpName = "token",
    };

    private static readonly Option<ulong?> Limit = Switches.Number<ulong>("--limit", "Stop after so many events", "a number from 1 on");

    public WatchCommand(CliHost host)
        : base(host, "watch", "Prints changes as they happen: event, tab, key, tab, value; with --json also the tokens to go on from", patient: true)
    {
        Arguments.Add(Switches.Prefix);
        Options.Add(From);
        Options.Add(Limit);
        Options.Add(Switches.Json);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ulong left = call.Flags.GetValue(Limit) ?? ulong.MaxValue;
        if (left == 0)
        {
            throw new UsageException("--limit: a watch stops after 1 event or more");
        }

        var options = new WatchOptions
        {
            Prefix = Encoding.UTF8.GetBytes(call.Flags.GetValue(Switches.Prefix) ?? string.Empty),
            From = call.Flags.GetValue(From),
        };
        await foreach (WatchEvent told in call.Client.WatchAsync(options, cancellationToken))
        {
            bool isProgress = told.Kind == WatchEventKind.Progress;
            if (call.Json)
            {
                call.Say(JsonText.Event(told));
            }
            else if (!isProgress)
            {
                call.Say(LineOf(told));
            }

            left -= isProgress ? 0UL : 1;
            if (left == 0)
            {
                break;
            }
        }

        return ExitStatus.Done;
    }

    private static string LineOf(WatchEvent told) => told.Kind switch
    {
        WatchEventKind.Put => $"put\t{PlainText.Of(told.Key.Span)}\t{PlainText.Of(told.Value.Span)}",
        WatchEventKind.Delete => $"delete\t{PlainText.Of(told.Key.Span)}",
        WatchEventKind.Expire => $"expire\t{PlainText.Of(told.Key.Span)}",
        WatchEventKind.Flush => string.Create(CultureInfo.InvariantCulture, $"flush\tpartition {told.Partition}"),
        _ when told.Gap is { Reason: WatchGapReason.Epoch } => string.Create(
            CultureInfo.InvariantCulture,
            $"gap\tpartition {told.Partition}: a restore began a new history, of which all after revision {told.Revision} is told"),
        _ => string.Create(CultureInfo.InvariantCulture, $"gap\tpartition {told.Partition}: changes up to revision {told.Revision} are not kept any more"),
    };
}
