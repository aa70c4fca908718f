using Holdfast.Api;
using Holdfast.Cli.Bench;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Running;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Tests.Bench;

public sealed class MeasuringTests
{
    private const long Ms = VirtualBench.Ms;

    [Fact]
    public async Task An_open_loop_charges_a_stall_to_all_who_should_have_started_in_it()
    {
        // 1,000 a second, 10 s, answers in 0.1 ms, and one of them after a second.
        (Measured measured, _) = await VirtualBench.RunAsync(VirtualBench.Plan("get") with { Rate = 1_000 }, StallAt(5_000));

        LatencyHistogram all = measured.Results.All;
        Assert.Equal(10_000, all.Count);
        Assert.InRange(all.Max, 999_000, 1_001_000);

        // A thousand starts fall into the stall, and some more into the ninth of a second in which they are caught up with: 11 % of all.
        Assert.InRange(all.Quantile(0.99), 850_000, 1_000_000);
        Assert.InRange(all.Quantile(0.95), 300_000, 700_000);
        Assert.InRange(all.Quantile(0.5), 99, 101);
        Assert.Equal(0, measured.Unsent);
    }

    [Fact]
    public async Task A_closed_loop_hides_the_same_stall()
    {
        (Measured measured, _) = await VirtualBench.RunAsync(VirtualBench.Plan("get"), StallAt(5_000));

        Assert.InRange(measured.Results.All.Quantile(0.99), 99, 101);
        Assert.InRange(measured.Results.All.Max, 999_000, 1_001_000);
        Assert.InRange(measured.Results.Succeeded, 89_000, 91_000);
    }

    [Fact]
    public async Task Operations_that_a_slow_server_never_gets_to_count_with_the_time_that_they_waited()
    {
        // Asked for 1,000 a second, it does 100: after 10 s and the 5 s that late ones are still sent, 1,600 of 11,000 are done.
        (Measured measured, VirtualServer server) = await VirtualBench.RunAsync(
            VirtualBench.Plan("get") with { Rate = 1_000 }, _ => 10 * Ms);

        Assert.InRange(server.Operations.Count, 1_599, 1_602);
        Assert.Equal(10_000, measured.Results.Succeeded + measured.Unsent);
        Assert.Equal(10_000, measured.Results.All.Count);
        Assert.InRange(measured.Results.All.Quantile(0.5), 9_000_000, 11_000_000);
    }

    [Fact]
    public async Task The_warm_up_is_not_measured_and_each_second_is_counted()
    {
        (Measured measured, VirtualServer server) = await VirtualBench.RunAsync(
            VirtualBench.Plan("get") with { Rate = 100, Duration = TimeSpan.FromSeconds(3) }, _ => Ms);

        Assert.Equal(400, server.Operations.Count);
        Assert.Equal([100L, 100, 100], measured.Results.Seconds);
        Assert.Equal(3, measured.Elapsed.TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1_000.0)]
    public async Task A_number_of_operations_ends_a_run_too(double? rate)
    {
        (Measured measured, _) = await VirtualBench.RunAsync(
            VirtualBench.Plan("set") with { Rate = rate, Duration = null, Operations = 500 }, _ => Ms);

        Assert.Equal(500, measured.Results.Succeeded);
        Assert.Equal(0.5, measured.Elapsed.TotalSeconds, 0.002);
    }

    [Fact]
    public async Task Failures_are_counted_by_kind_and_outcome_and_never_tried_again()
    {
        int number = 0;
        (Measured measured, VirtualServer server) = await VirtualBench.RunAsync(
            VirtualBench.Plan("set") with { Warmup = TimeSpan.Zero, Duration = null, Operations = 100 },
            _ => Ms,
            _ => (++number % 10) switch
            {
                0 => VirtualBench.Refused("timeout", Outcome.Unknown),
                1 or 2 => VirtualBench.Refused("timeout", Outcome.NotApplied),
                _ => OperationResult.Done,
            });

        Assert.Equal(100, server.Operations.Count);
        Assert.Equal((70L, 30L), (measured.Results.Succeeded, measured.Results.Failed));
        Assert.Equal(
            [("timeout", Outcome.NotApplied, 20L), ("timeout", Outcome.Unknown, 10L)],
            measured.Results.Failures.Select(f => (f.Code, f.Outcome, f.Count)));
    }

    [Fact]
    public async Task A_read_modify_write_is_one_operation_of_two_calls()
    {
        (Measured measured, VirtualServer server) = await VirtualBench.RunAsync(
            VirtualBench.Plan("f") with { Warmup = TimeSpan.Zero, Duration = null, Operations = 1_000 }, _ => Ms);

        var kinds = measured.Results.ByKind.ToDictionary(k => k.Kind, k => k.Latencies);
        Assert.Equal(1_000, kinds[OperationKind.Read].Count + kinds[OperationKind.ReadModifyWrite].Count);
        Assert.Equal(2_000, kinds[OperationKind.ReadModifyWrite].Quantile(0.5));
        Assert.Equal(kinds[OperationKind.ReadModifyWrite].Count, server.Operations.Count(o => o.Kind == OperationKind.Update));
    }

    [Fact]
    public async Task Keys_are_put_when_some_are_absent_and_only_then()
    {
        var clock = new VirtualClock();
        bool present = false;
        var server = new VirtualServer(clock, _ => Ms)
        {
            Answer = o => o.Kind == OperationKind.Read && !present ? OperationResult.Miss : OperationResult.Done,
        };
        await using var run = new BenchRun(VirtualBench.Plan("a"), clock, _ => server);

        Assert.True(await run.NeedsLoadAsync());
        await run.LoadAsync(_ => { }, CancellationToken.None);
        present = true;

        Assert.False(await run.NeedsLoadAsync());
        Assert.Equal(100, server.Operations.Where(o => o.Kind == OperationKind.Insert).Count());
        await using var forced = new BenchRun(VirtualBench.Plan("a") with { Load = LoadMode.Always }, clock, _ => server);
        Assert.True(await forced.NeedsLoadAsync());
        await using var writes = new BenchRun(VirtualBench.Plan("set"), clock, _ => server);
        Assert.False(await writes.NeedsLoadAsync());
    }

    private static Func<long, long> StallAt(long atMs)
    {
        bool stalled = false;
        return nowNs =>
        {
            bool stalls = !stalled && nowNs >= atMs * Ms;
            stalled |= stalls;
            return stalls ? 1_000 * Ms : Ms / 10;
        };
    }
}
