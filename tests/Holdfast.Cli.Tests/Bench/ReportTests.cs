using System.Text.Json;
using System.Xml.Linq;
using Holdfast.Api;
using Holdfast.Cli.Bench;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Reporting;
using Holdfast.Cli.Bench.Running;

namespace Holdfast.Cli.Tests.Bench;

public sealed class ReportTests
{
    [Fact]
    public async Task The_rates_of_the_first_and_the_last_minute_stand_beside_each_other()
    {
        BenchPlan plan = VirtualBench.Plan("set") with { Duration = TimeSpan.FromMinutes(10) };

        // A server that is half as fast from the fifth minute on.
        BenchReport report = await ReportAsync(plan, nowNs => (nowNs > 300_000 * VirtualBench.Ms ? 2 : 1) * VirtualBench.Ms);

        Assert.Equal(600, report.Seconds.Count);
        Assert.Equal(60, report.First!.Seconds);
        Assert.Equal(1_000, report.First.PerSecond, 5.0);
        Assert.Equal(500, report.Last!.PerSecond, 5.0);
    }

    [Fact]
    public async Task The_image_is_well_formed_and_has_both_plots_in_light_and_dark()
    {
        BenchPlan plan = VirtualBench.Plan("a") with { Rate = 500, Duration = TimeSpan.FromSeconds(20) };
        (Measured measured, _) = await VirtualBench.RunAsync(plan, nowNs => nowNs / 100_000);
        string text = SvgReport.Of(BenchReport.Of(plan, measured), measured.Results.All).ToString();

        XDocument image = XDocument.Parse(text);
        XElement[] lines = [.. image.Descendants().Where(e => e.Name.LocalName == "polyline")];
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.All(
            line.Attribute("points")!.Value.Split(' '),
            point => Assert.All(point.Split(','), number => Assert.InRange(double.Parse(number, null), 0, 900))));
        Assert.Contains("prefers-color-scheme: dark", text, StringComparison.Ordinal);
        Assert.Contains("99.9%", text, StringComparison.Ordinal);
        Assert.Contains("workload a, resp", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_nothing_is_well_formed_too()
    {
        BenchPlan plan = VirtualBench.Plan("a");
        var measured = new Measured(new Measurements(), TimeSpan.FromMilliseconds(1), 0, 0);
        XDocument image = XDocument.Parse(SvgReport.Of(BenchReport.Of(plan, measured), new LatencyHistogram()).ToString());
        Assert.DoesNotContain("NaN", image.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_and_json_say_what_was_measured_and_what_failed()
    {
        BenchPlan plan = VirtualBench.Plan("set") with { Duration = TimeSpan.FromSeconds(4) };
        int number = 0;
        (Measured measured, _) = await VirtualBench.RunAsync(
            plan, _ => VirtualBench.Ms,
            _ => ++number == 2_000 ? VirtualBench.Refused("no-leader", Outcome.NotApplied) : OperationResult.Done);
        var report = BenchReport.Of(plan, measured);
        await using var output = new StringWriter { NewLine = "\n" };
        TextReport.Print(report, plan, output);

        string text = output.ToString();
        Assert.Contains("3,999 operations in 4.0 s, 1,000/s", text, StringComparison.Ordinal);
        Assert.Contains("closed loop", text, StringComparison.Ordinal);
        Assert.Contains("1 errors\n  1 no-leader (not-applied): for a test", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
        Assert.Equal(3_999, json.RootElement.GetProperty("operations").GetInt64());
        Assert.Equal(1_000, json.RootElement.GetProperty("latency_us").GetProperty("p99").GetInt64());
        Assert.Equal("not-applied", json.RootElement.GetProperty("errors")[0].GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("rate").ValueKind);
    }

    private static async Task<BenchReport> ReportAsync(BenchPlan plan, Func<long, long> serviceNs) =>
        BenchReport.Of(plan, (await VirtualBench.RunAsync(plan, serviceNs)).Measured);
}
