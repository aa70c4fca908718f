using Holdfast.Api;
using Holdfast.Cli.Bench;
using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Running;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Tests.Bench;

/// <summary>A time that passes only when somebody waits or a server works. For one lane, which then runs on one thread.</summary>
internal sealed class VirtualClock : IBenchClock
{
    public long NowNs { get; set; }

    public ValueTask UntilAsync(long ns, Waiter waiter)
    {
        NowNs = Math.Max(NowNs, ns);
        return ValueTask.CompletedTask;
    }

    public void WakeAll()
    {
    }
}

/// <summary>A server that takes the time that it is told to.</summary>
internal sealed class VirtualServer(VirtualClock clock, Func<long, long> serviceNs) : IBenchConnection
{
    /// <summary>Answers for the operation that starts now; done unless set.</summary>
    public Func<BenchOperation, OperationResult> Answer { get; init; } = _ => OperationResult.Done;

    public List<BenchOperation> Operations { get; } = [];

    public long Retries => 0;

    public ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation)
    {
        Operations.Add(operation);
        clock.NowNs += serviceNs(clock.NowNs);
        return new(Answer(operation));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A benchmark of one lane in virtual time.</summary>
internal static class VirtualBench
{
    public const long Ms = 1_000_000;

    public static BenchPlan Plan(string workload) => new()
    {
        Mix = Mix.TryParse(workload, out Mix mix) ? mix : throw new ArgumentException(workload, nameof(workload)),
        Distribution = mix.Distribution,
        Clients = 1,
        Keys = 100,
        ValueBytes = 8,
        Warmup = TimeSpan.FromSeconds(1),
    };

    public static async Task<(Measured Measured, VirtualServer Server)> RunAsync(
        BenchPlan plan, Func<long, long> serviceNs, Func<BenchOperation, OperationResult>? answer = null)
    {
        var clock = new VirtualClock();
        var server = new VirtualServer(clock, serviceNs) { Answer = answer ?? (_ => OperationResult.Done) };
        await using var run = new BenchRun(plan, clock, _ => server);
        return (await run.MeasureAsync(CancellationToken.None), server);
    }

    /// <summary>A refusal.</summary>
    public static OperationResult Refused(string code, Outcome outcome) => OperationResult.Failed(code, outcome, "for a test");
}
