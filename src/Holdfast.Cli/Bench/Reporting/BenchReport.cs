using System.Text.Json.Serialization;
using Holdfast.Api;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Running;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A finished benchmark, as it is printed; the names of the members are those of the JSON.</summary>
internal sealed record BenchReport
{
    private const int LongestWindow = 60;

    public required string Workload { get; init; }

    public required string Protocol { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required string Loop { get; init; }

    /// <summary>The rate that was asked for; null in a closed loop.</summary>
    public double? Rate { get; init; }

    public required int Clients { get; init; }

    public required int Pipeline { get; init; }

    public required long Keys { get; init; }

    public required string Distribution { get; init; }

    public required int ValueBytes { get; init; }

    public required ulong Seed { get; init; }

    public required double ElapsedSeconds { get; init; }

    /// <summary>The operations that succeeded.</summary>
    public required long Operations { get; init; }

    public required double PerSecond { get; init; }

    /// <summary>The operations that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>The operations that were due and never sent.</summary>
    public required long Unsent { get; init; }

    /// <summary>The reads that found nothing.</summary>
    public required long Misses { get; init; }

    /// <summary>What the native client tried again by itself.</summary>
    public required long Retries { get; init; }

    public required LatencySummary LatencyUs { get; init; }

    public required IReadOnlyDictionary<string, LatencySummary> ByKind { get; init; }

    public required IReadOnlyList<ErrorSummary> Errors { get; init; }

    /// <summary>The rate at the beginning: the first minute, or half of a shorter run; null below two seconds.</summary>
    public RateWindow? First { get; init; }

    /// <summary>The rate at the end.</summary>
    public RateWindow? Last { get; init; }

    /// <summary>The operations that succeeded in each whole second.</summary>
    public required IReadOnlyList<long> Seconds { get; init; }

    public static BenchReport Of(BenchPlan plan, Measured measured)
    {
        Measurements results = measured.Results;
        long[] whole = [.. results.Seconds.Take((int)measured.Elapsed.TotalSeconds)];
        int window = Math.Min(LongestWindow, whole.Length / 2);
        return new BenchReport
        {
            Workload = plan.Mix.Name,
            Protocol = NameOf(plan.Protocol),
            Loop = plan.Rate is null ? "closed" : "open",
            Rate = plan.Rate,
            Clients = plan.Clients,
            Pipeline = plan.Pipeline,
            Keys = plan.Keys,
            Distribution = NameOf(plan.Distribution),
            ValueBytes = plan.ValueBytes,
            Seed = plan.Seed,
            ElapsedSeconds = Math.Round(measured.Elapsed.TotalSeconds, 3),
            Operations = results.Succeeded,
            PerSecond = Math.Round(results.Succeeded / measured.Elapsed.TotalSeconds, 1),
            Failed = results.Failed,
            Unsent = measured.Unsent,
            Misses = results.Misses,
            Retries = measured.Retries,
            LatencyUs = LatencySummary.Of(results.All),
            ByKind = results.ByKind.ToDictionary(k => k.Kind.Name(), k => LatencySummary.Of(k.Latencies)),
            Errors = [.. results.Failures.Select(f => new ErrorSummary(f.Code, NameOf(f.Outcome), f.Count, f.Example))],
            First = RateWindow.Of(whole.AsSpan(..window)),
            Last = RateWindow.Of(whole.AsSpan(^window..)),
            Seconds = whole,
        };
    }

    private static string NameOf(Outcome outcome) => outcome == Outcome.Unknown ? "unknown" : "not-applied";

    private static string NameOf<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();
}

/// <summary>Latencies in microseconds.</summary>
internal sealed record LatencySummary(long Count, double Mean, long P50, long P90, long P99, long P999, long P9999, long Max)
{
    public static LatencySummary Of(LatencyHistogram latencies) => new(
        latencies.Count, Math.Round(latencies.Mean, 1), latencies.Quantile(0.5), latencies.Quantile(0.9), latencies.Quantile(0.99),
        latencies.Quantile(0.999), latencies.Quantile(0.9999), latencies.Max);
}

/// <summary>How often one kind of failure came.</summary>
internal sealed record ErrorSummary(string Code, string Outcome, long Count, string Example);

/// <summary>The mean rate over some seconds.</summary>
internal sealed record RateWindow(int Seconds, double PerSecond)
{
    public static RateWindow? Of(ReadOnlySpan<long> seconds)
    {
        long sum = 0;
        foreach (long second in seconds)
        {
            sum += second;
        }

        return seconds.IsEmpty ? null : new RateWindow(seconds.Length, Math.Round((double)sum / seconds.Length, 1));
    }
}

/// <summary>A report in the style of the HTTP API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
