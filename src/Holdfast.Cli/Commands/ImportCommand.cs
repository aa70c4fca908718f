using System.CommandLine;
using System.Globalization;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Cli.Pairs;
using Holdfast.Cli.Settings;

namespace Holdfast.Cli.Commands;

/// <summary><c>import FILE.jsonl</c></summary>
internal sealed class ImportCommand : ClientCommand
{
    private static readonly Argument<string> Source = new("file")
    {
        Description = "JSON Lines of {\"key\",\"value\"}; - is standard input",
    };

    public ImportCommand(CliHost host)
        : base(host, "import", "Puts the pairs of a JSON Lines file; goes on through failures of nodes", patient: true)
    {
        Arguments.Add(Source);
        Options.Add(ClientSettings.RetryFor.Option);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        string path = call.Flags.GetRequiredValue(Source);
        TimeSpan retryFor = ClientSettings.RetryFor.In(call.Settings);
        var importer = new Importer(call.Client, retryFor, path == "-" ? "standard input" : path);
        var progress = new ProgressLine(call.Host.Error, call.Host.ErrorIsTerminal, call.Host.Clock, "pairs");
        try
        {
            if (path == "-")
            {
                await importer.RunAsync(call.Host.Input, progress.Show, cancellationToken);
            }
            else
            {
                await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
                await importer.RunAsync(file, progress.Show, cancellationToken);
            }
        }
        finally
        {
            progress.Clear();
        }

        string seconds = progress.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        call.Say($"{importer.Acknowledged} imported, {call.Client.Retries} retried, {seconds} s");
        return ExitStatus.Done;
    }
}
