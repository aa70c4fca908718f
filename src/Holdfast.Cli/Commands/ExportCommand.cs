using System.CommandLine;
using System.Globalization;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Cli.Pairs;
using Holdfast.Cli.Settings;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>export FILE.jsonl</c></summary>
internal sealed class ExportCommand : ClientCommand
{
    private static readonly Argument<string> Target = new("file") { Description = "Where the JSON Lines go; - is standard output" };

    public ExportCommand(CliHost host)
        : base(host, "export", "Writes all pairs to a JSON Lines file, in the order of their keys' bytes", patient: true)
    {
        Arguments.Add(Target);
        Options.Add(Switches.Stale);
        Options.Add(ClientSettings.RetryFor.Option);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        string path = call.Flags.GetRequiredValue(Target);
        var options = new ListOptions
        {
            Stale = call.Flags.GetValue(Switches.Stale),
            Timeout = ClientSettings.RetryFor.In(call.Settings),
        };
        var progress = new ProgressLine(call.Host.Error, call.Host.ErrorIsTerminal, call.Host.Clock, "pairs");
        IAsyncEnumerable<ListItem> items = call.Client.ListAsync(options, cancellationToken);
        long count;
        try
        {
            if (path == "-")
            {
                count = await Exporter.WriteAsync(items, call.Host.Output, progress.Show, cancellationToken);
            }
            else
            {
                await using AtomicFile file = AtomicFile.Create(path);
                count = await Exporter.WriteAsync(items, file.Stream, progress.Show, cancellationToken);
                file.Commit();
            }
        }
        finally
        {
            progress.Clear();
        }

        // Standard output is the data's when it goes there.
        string seconds = progress.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        await (path == "-" ? call.Host.Error : call.Host.Out).WriteLineAsync($"{count} exported, {seconds} s");
        return ExitStatus.Done;
    }
}
