using System.Globalization;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Running;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A line each second while a benchmark runs: over the last one on a terminal, under it elsewhere.</summary>
internal sealed class LiveLine(BenchRun run, TextWriter output, bool isTerminal, TimeProvider clock)
{
    /// <summary>Shows it until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        long last = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                long now = clock.GetTimestamp();
                await ShowAsync(clock.GetElapsedTime(last, now));
                last = now;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The benchmark is over.
        }

        if (isTerminal)
        {
            await output.WriteAsync("\r\u001b[K");
        }

        await output.FlushAsync(CancellationToken.None);
    }

    private async Task ShowAsync(TimeSpan since)
    {
        (LatencyHistogram latencies, long failed, long atNs) = run.Look();
        // The last second before measuring, or what is measured of the first, is too little to go by.
        double seconds = Math.Min(since.TotalSeconds, atNs / 1e9);
        string line = seconds < 0.1
            ? "warming up"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{atNs / 1e9,6:0} s {latencies.Count / seconds,11:N0}/s   p50 {Ms(latencies, 0.5)} ms   p99 {Ms(latencies, 0.99)} ms   {failed:N0} errors");
        await (isTerminal ? output.WriteAsync($"\r{line}\u001b[K") : output.WriteLineAsync(line));
        await output.FlushAsync(CancellationToken.None);
    }

    private static string Ms(LatencyHistogram latencies, double share) =>
        (latencies.Quantile(share) / 1000.0).ToString("N2", CultureInfo.InvariantCulture);
}
