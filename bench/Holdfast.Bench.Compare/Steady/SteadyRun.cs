using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Compare.Meters;
using Holdfast.Bench.Compare.Systems;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Steady;

/// <summary>Three nodes at full load for long: whether throughput, memory, log and snapshots stay as they are.</summary>
internal sealed class SteadyRun(SteadyOptions options, string directory, Action<string> progress)
{
    public const int Clients = 64;

    public async Task<SteadyResult> RunAsync(CancellationToken stop)
    {
        await using var holdfast = new HoldfastCluster(options.Program, directory);
        progress($"starting {holdfast.Name}");
        await holdfast.StartAsync(stop);
        await holdfast.SpreadEvenlyAsync(stop);
        progress($"writing {options.PastWrites} times");
        await BenchAsync(holdfast, ["--pipeline", "16", "--requests", Text(options.PastWrites), "--warmup", "0s"], stop);
        progress($"measuring for {options.Seconds} s");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<List<StoreSample>> sampling = SampleAsync(holdfast, over.Token);
        Task<Ended> loading = BenchAsync(holdfast, ["--duration", $"{Text(options.Seconds)}s"], over.Token);
        await Task.WhenAny(loading, sampling); // A node that is gone ends the sampling.
        await over.CancelAsync();
        await Task.WhenAll(loading, sampling);
        var load = SteadyLoad.Of((await loading).Out);
        return new SteadyResult(load, [.. (await sampling).TakeLast(load.Seconds.Count)]); // Those before are of the warm-up.
    }

    /// <summary>A look each second, until the token is cancelled; one that comes late stands for the seconds before it, too.</summary>
    private static async Task<List<StoreSample>> SampleAsync(HoldfastCluster holdfast, CancellationToken over)
    {
        var samples = new List<StoreSample>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        long start = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                int due = Math.Max(1, (int)Stopwatch.GetElapsedTime(start).TotalSeconds - samples.Count);
                samples.AddRange(Enumerable.Repeat(StoreSample.Of(holdfast), due));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The load is over.
        }

        return samples;
    }

    /// <summary>A failed operation fails it.</summary>
    private async Task<Ended> BenchAsync(HoldfastCluster holdfast, string[] amount, CancellationToken stop)
    {
        string endpoints = string.Join(',', holdfast.Ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")));
        string[] load = ["bench", "--endpoint", endpoints, "--workload", "set", "--clients", Text(Clients), "--value-bytes", Text(Scale.ValueBytes)];
        return (await Tool.RunAsync(new Command("dotnet", [options.Program, .. load, .. amount, "--json"]), stop)).Succeeded();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
