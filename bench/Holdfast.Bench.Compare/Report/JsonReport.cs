using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Bench.Compare.Rows;

namespace Holdfast.Bench.Compare.Report;

/// <summary>The file for programs: every run as it was measured.</summary>
internal sealed record JsonReport(
    int Format,
    string Scale,
    int RunsOfEach,
    int Keys,
    int ValueBytes,
    Machine Machine,
    string LoadAverageAfter,
    IReadOnlyList<JsonRow> Rows)
{
    public static async Task WriteAsync(
        CompareOptions options, Machine machine, IReadOnlyList<RowResult> results, CancellationToken stop)
    {
        var report = new JsonReport(
            Format: 1,
            options.Scale.Name,
            options.Runs,
            options.Scale.Keys,
            Compare.Scale.ValueBytes,
            machine,
            Machine.LoadAverageNow(),
            [.. results.Select(JsonRow.Of)]);
        await using FileStream file = File.Create(options.Json);
        await JsonSerializer.SerializeAsync(file, report, ReportJson.Default.JsonReport, stop);
    }
}

/// <summary>A row: its ratios, and the runs that they come from.</summary>
internal sealed record JsonRow(
    string Section,
    string Row,
    int Clients,
    int Pipeline,
    string? LeftOut,
    IReadOnlyList<JsonRatio> Ratios,
    IReadOnlyList<Run> Runs,
    IReadOnlyList<SyncRun> SyncRuns,
    IReadOnlyList<DiskRun> DiskRuns)
{
    public static JsonRow Of(RowResult result) => new(
        result.Title.Section.ToString().ToLowerInvariant(),
        result.Title.Shape.ToString(),
        result.Title.Shape.Clients,
        result.Title.Shape.Pipeline,
        result.LeftOut,
        result.LeftOut is null ? [.. result.Ours.Select(ours => JsonRatio.Of(result, ours))] : [],
        result.Runs,
        result.SyncRuns,
        result.DiskRuns);
}

/// <summary>Our rate to the peer's, of each pair of neighbouring runs.</summary>
internal sealed record JsonRatio(string System, string Peer, Spread Rate, IReadOnlyList<double> Pairs)
{
    public static JsonRatio Of(RowResult result, string ours)
    {
        double[] pairs = result.RatiosOf(ours);
        return new JsonRatio(ours, result.Peer, Spread.Of(pairs), pairs);
    }
}

/// <summary>How the report is written, generated when it is compiled.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JsonReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
