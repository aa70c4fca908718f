using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>status</c></summary>
internal sealed class StatusCommand : ClientCommand
{
    private const string HomeAndClear = "\u001b[H\u001b[2J";

    private static readonly Option<bool> Watch = new("--watch") { Description = "Again each second, until Ctrl-C" };

    public StatusCommand(CliHost host)
        : base(host, "status", "Prints the nodes, the partitions with their leaders, and what is wrong")
    {
        Options.Add(Switches.Json);
        Options.Add(Watch);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (!call.Flags.GetValue(Watch))
        {
            Print(call, await StatusReport.AskAsync(call.Client, cancellationToken));
            return ExitStatus.Done;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), call.Host.Clock);
        try
        {
            do
            {
                await PrintAgainAsync(call, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how a watch ends.
        }

        return ExitStatus.Done;
    }

    /// <summary>A watch outlives the nodes that it watches.</summary>
    private static async Task PrintAgainAsync(Invocation call, CancellationToken cancellationToken)
    {
        StatusReport? report = null;
        string failure = string.Empty;
        try
        {
            report = await StatusReport.AskAsync(call.Client, cancellationToken);
        }
        catch (HoldfastException exception)
        {
            failure = FailureText.Of(exception);
        }

        await call.Host.Out.WriteAsync(call.Host.OutputIsTerminal ? HomeAndClear : string.Empty);
        if (report is not null)
        {
            Print(call, report);
        }
        else
        {
            await call.Host.Error.WriteLineAsync($"holdfast: {failure}");
            await call.Host.Error.FlushAsync(cancellationToken);
        }

        await call.Host.Out.FlushAsync(cancellationToken);
    }

    private static void Print(Invocation call, StatusReport report)
    {
        if (call.Json)
        {
            call.Say(JsonSerializer.Serialize(report, StatusJson.Default.StatusReport));
        }
        else
        {
            report.Print(call.Host.Out, call.Host.OutputIsTerminal);
        }
    }
}

/// <summary>A status in the words of the HTTP API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
