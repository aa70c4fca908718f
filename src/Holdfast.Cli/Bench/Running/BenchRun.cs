using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Cli.Hosting;
using Holdfast.Primitives;

namespace Holdfast.Cli.Bench.Running;

/// <summary>One benchmark: connections with their lanes, the keys, and what was measured.</summary>
internal sealed class BenchRun : IAsyncDisposable
{
    /// <summary>How many keys are looked for to know whether all are there.</summary>
    private const int Samples = 64;

    /// <summary>Lanes share so many recorders: enough that they seldom wait for each other.</summary>
    private const int Recorders = 8;

    private readonly BenchPlan _plan;
    private readonly IBenchClock _clock;
    private readonly IBenchConnection[] _connections;
    private readonly Recorder[] _recorders;
    private readonly Lane[] _lanes;
    private Schedule? _schedule;

    /// <param name="plan">What to do.</param>
    /// <param name="clock">Time.</param>
    /// <param name="connect">Gives the connection of a number from 0 on.</param>
    public BenchRun(BenchPlan plan, IBenchClock clock, Func<int, IBenchConnection> connect)
    {
        (_plan, _clock) = (plan, clock);
        var random = new SeededRandom(plan.Seed);
        var values = new ValuePool(plan.ValueBytes, random.Fork());
        var keys = new KeySet(plan.Keys);
        _recorders = [.. Enumerable.Range(0, Math.Min(Recorders, plan.Clients)).Select(_ => new Recorder())];
        _connections = [.. Enumerable.Range(0, plan.Clients).Select(connect)];
        _lanes =
        [
            .. from client in Enumerable.Range(0, plan.Clients)
               from lane in Enumerable.Range(0, plan.Pipeline)
               let source = new OperationSource(plan.Mix, plan.Distribution, keys, values, plan.KeyPrefix, random.Fork())
               select new Lane(lane, _connections[client], source, keys, clock, _recorders[client % _recorders.Length]),
        ];
    }

    /// <summary>How many keys <see cref="LoadAsync"/> has begun to put.</summary>
    public long Loaded { get; private set; }

    /// <exception cref="CommandFailedException">No node could be reached.</exception>
    public async Task ProbeAsync()
    {
        OperationResult result = await _lanes[0].ReadAsync(0);
        if (result.Code == OperationResult.Unreachable)
        {
            throw new CommandFailedException(
                $"no node could be reached: {result.Detail}; start one with 'holdfast dev', or name others with --endpoint");
        }
    }

    /// <summary>Whether the workload needs keys that are not there.</summary>
    public async Task<bool> NeedsLoadAsync()
    {
        if (_plan.Load != LoadMode.IfAbsent || !_plan.Mix.ReadsKeys)
        {
            return _plan.Load == LoadMode.Always && _plan.Mix.ReadsKeys;
        }

        // The last key comes last when they are put.
        for (int i = Samples; i >= 0; i--)
        {
            OperationResult result = await _lanes[0].ReadAsync((long)((_plan.Keys - 1) * ((double)i / Samples)));
            if (result.Missed || !result.Succeeded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts all keys.</summary>
    /// <param name="progress">Called with the number of keys, now and then, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandFailedException">A key could not be put.</exception>
    public async Task LoadAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        long? NextKey()
        {
            lock (gate)
            {
                progress(Loaded);
                return Loaded < _plan.Keys && !cancellationToken.IsCancellationRequested ? Loaded++ : null;
            }
        }

        OperationResult[] results = await Task.WhenAll(_lanes.Select(lane => Task.Run(() => lane.LoadAsync(NextKey), CancellationToken.None)));
        cancellationToken.ThrowIfCancellationRequested();
        if (results.FirstOrDefault(r => !r.Succeeded) is { Code: { } code } failure)
        {
            throw new CommandFailedException($"the keys could not be put: {code}: {failure.Detail}; see 'holdfast status'");
        }
    }

    /// <summary>Runs the workload; ends early, with what there is, when the token is cancelled.</summary>
    public async Task<Measured> MeasureAsync(CancellationToken cancellationToken)
    {
        var extent = new Extent(_clock.NowNs, (long)_plan.Warmup.TotalNanoseconds, (long?)_plan.Duration?.TotalNanoseconds, _plan.Operations);
        Schedule schedule = _plan.Rate is { } rate
            ? new OpenLoop(_clock, extent, rate, (long)_plan.Timeout.TotalNanoseconds) : new ClosedLoop(_clock, extent);
        Volatile.Write(ref _schedule, schedule);
        long stoppedNs = long.MaxValue;
        await using (cancellationToken.Register(() =>
        {
            stoppedNs = _clock.NowNs;
            schedule.Stop();
            _clock.WakeAll();
        }))
        {
            await Task.WhenAll(_lanes.Select(lane => Task.Run(() => lane.RunAsync(schedule), CancellationToken.None)));
        }

        return Sum(schedule, Math.Min(stoppedNs, extent.EndNs));
    }

    /// <summary>What was measured since the last look: latencies, failures so far, and the time since measuring began (negative in the warm-up).</summary>
    public (LatencyHistogram Latencies, long Failed, long AtNs) Look()
    {
        var latencies = new LatencyHistogram();
        long failed = _recorders.Sum(r => r.Look(latencies));
        return (latencies, failed, _clock.NowNs - (Volatile.Read(ref _schedule)?.MeasureFromNs ?? long.MaxValue));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBenchConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private Measured Sum(Schedule schedule, long endNs)
    {
        long unsent = 0;
        long nowNs = _clock.NowNs;
        foreach (long startNs in schedule.UnsentNs.Where(ns => ns >= schedule.MeasureFromNs))
        {
            _recorders[0].RecordUnsent(_plan.Mix.Main, nowNs - startNs);
            unsent++;
        }

        var sum = new Measurements();
        foreach (Recorder recorder in _recorders)
        {
            recorder.AddTo(sum);
        }

        // A run by time takes it whole, and what was on the way at its end; one by number ends with its last operation.
        bool byNumber = endNs == long.MaxValue || sum.Succeeded + sum.Failed >= _plan.Operations;
        long elapsedNs = Math.Max(1, byNumber ? sum.LastNs : Math.Max(endNs - schedule.MeasureFromNs, sum.LastNs));
        return new Measured(sum, TimeSpan.FromMicroseconds(elapsedNs / 1000.0), unsent, _connections.Sum(c => c.Retries));
    }
}

/// <summary>What a benchmark gave.</summary>
/// <param name="Results">What the lanes measured.</param>
/// <param name="Elapsed">The time that it took, without the warm-up.</param>
/// <param name="Unsent">Operations that were due, and not sent because earlier ones took too long.</param>
/// <param name="Retries">Attempts that the native client repeated by itself.</param>
internal sealed record Measured(Measurements Results, TimeSpan Elapsed, long Unsent, long Retries);
