using System.Text;
using System.Text.Json;
using Holdfast.Cli.Bench;
using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Reporting;
using Holdfast.Cli.Bench.Running;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Cli.Settings;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>bench</c></summary>
internal sealed class BenchCommand : ClientCommand
{
    public BenchCommand(CliHost host)
        : base(host, "bench", "Measures a cluster under load: rates and latencies, free of coordinated omission with --rate")
    {
        Options.Add(Switches.Json);
        foreach (Setting setting in BenchSettings.All)
        {
            Options.Add(setting.Option);
        }
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        BenchPlan plan = BenchSettings.Plan(call.Settings);
        string? path = BenchSettings.Report.In(call.Settings);
        using var clock = new PreciseClock();
        await using var run = new BenchRun(plan, clock, number => Connect(call, plan, clock, number));
        await run.ProbeAsync();
        await LoadAsync(call, run, cancellationToken);
        Measured measured = await MeasureAsync(call, run, cancellationToken);
        BenchReport report = BenchReport.Of(plan, measured);
        if (path is not null)
        {
            await using AtomicFile file = AtomicFile.Create(path);
            byte[] image = Encoding.UTF8.GetBytes(SvgReport.Of(report, measured.Results.All).ToString());
            await file.Stream.WriteAsync(image, CancellationToken.None);
            file.Commit();
        }

        if (call.Json)
        {
            call.Say(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
        }
        else
        {
            TextReport.Print(report, plan, call.Host.Out);
        }

        return report.Failed == 0 ? ExitStatus.Done : throw new CommandFailedException(
            $"{report.Failed} operations failed, most often with {report.Errors[0].Code}: {report.Errors[0].Example}; see 'holdfast status'");
    }

    /// <summary>Connections spread over the endpoints; each goes on to the next when it loses its own.</summary>
    private static IBenchConnection Connect(Invocation call, BenchPlan plan, PreciseClock clock, int number)
    {
        int first = number % plan.Endpoints.Count;
        Endpoint[] endpoints = [.. plan.Endpoints.Skip(first), .. plan.Endpoints.Take(first)];
        return plan.Protocol switch
        {
            BenchProtocol.Http => new HttpBenchConnection(endpoints[0], plan.Timeout),
            BenchProtocol.Native => new NativeBenchConnection(
                call.Host.Connect(ClientSettings.Options(call.Settings, patient: false) with { Endpoints = endpoints })),
            _ => new RespBenchConnection(endpoints, plan.Pipeline, clock, plan.Timeout),
        };
    }

    private static async Task LoadAsync(Invocation call, BenchRun run, CancellationToken cancellationToken)
    {
        if (!await run.NeedsLoadAsync())
        {
            return;
        }

        var progress = new ProgressLine(call.Host.Error, call.Host.ErrorIsTerminal, call.Host.Clock, "keys put");
        try
        {
            await run.LoadAsync(progress.Show, cancellationToken);
        }
        finally
        {
            progress.Clear();
        }
    }

    private static async Task<Measured> MeasureAsync(Invocation call, BenchRun run, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        Task live = new LiveLine(run, call.Host.Error, call.Host.ErrorIsTerminal, call.Host.Clock).RunAsync(over.Token);
        try
        {
            return await run.MeasureAsync(cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await live;
        }
    }
}
