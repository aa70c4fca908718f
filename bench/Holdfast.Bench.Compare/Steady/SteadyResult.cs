using System.Text.Json;
using Holdfast.Bench.Compare.Meters;

namespace Holdfast.Bench.Compare.Steady;

/// <summary>What a long run at full load gave.</summary>
/// <param name="Load">What <c>holdfast bench</c> says of it.</param>
/// <param name="Samples">What the nodes took, each second.</param>
internal sealed record SteadyResult(SteadyLoad Load, IReadOnlyList<StoreSample> Samples);

/// <summary>The part of the JSON of <c>holdfast bench</c> that is shown.</summary>
internal sealed record SteadyLoad(
    long Operations, double ElapsedSeconds, double P50Milliseconds, double P99Milliseconds, double MaxMilliseconds, IReadOnlyList<long> Seconds)
{
    public static SteadyLoad Of(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement report = document.RootElement;
        JsonElement latencies = report.GetProperty("latency_us");
        return new SteadyLoad(
            report.GetProperty("operations").GetInt64(),
            report.GetProperty("elapsed_seconds").GetDouble(),
            Milliseconds("p50"),
            Milliseconds("p99"),
            Milliseconds("max"),
            [.. report.GetProperty("seconds").EnumerateArray().Select(second => second.GetInt64())]);

        double Milliseconds(string name) => latencies.GetProperty(name).GetInt64() / 1000.0;
    }
}
