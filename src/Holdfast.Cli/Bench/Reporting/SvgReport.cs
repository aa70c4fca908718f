using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Reporting.Svg;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A report as one image: latency by percentile, and throughput over time.</summary>
internal static class SvgReport
{
    private const int Height = 760;
    private const int PanelWidth = SvgImage.Width - 120;

    public static XDocument Of(BenchReport report, LatencyHistogram latencies) => SvgImage.Of(
        Height,
        Heading(report),
        Description(report),
        [
            .. Latencies(new SvgPanel(80, 100, PanelWidth, 270), latencies),
            .. SvgTimeline.Of(
                new SvgPanel(80, 440, PanelWidth, 250),
                "operations a second, over time",
                new SvgSeries("operations", [.. report.Seconds.Select(count => (double)count)])),
        ]);

    /// <summary>Percentiles at equal distances for each further nine, latency on a logarithmic axis.</summary>
    private static IEnumerable<XElement> Latencies(SvgPanel panel, LatencyHistogram latencies)
    {
        (double Share, string Label)[] marks =
            [(0, "0%"), (0.5, "50%"), (0.9, "90%"), (0.99, "99%"), (0.999, "99.9%"), (0.9999, "99.99%"), (0.99999, "99.999%")];
        double nines = Math.Clamp(Math.Log10(Math.Max(10, latencies.Count)), 1, 5);
        int low = (int)Math.Floor(Math.Log10(Math.Max(1, latencies.Quantile(0))));
        int high = Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(Math.Max(1, latencies.Max))));
        double Y(double microseconds) => (Math.Log10(Math.Max(1, microseconds)) - low) / (high - low);

        yield return panel.Title("latency by percentile");
        for (int power = low; power <= high; power++)
        {
            yield return panel.Horizontal(Y(Math.Pow(10, power)));
            yield return panel.LeftLabel(Y(Math.Pow(10, power)), Duration(Math.Pow(10, power)));
        }

        foreach ((double share, string label) in marks.Where(m => NinesOf(m.Share) <= nines + 0.001))
        {
            yield return panel.Vertical(NinesOf(share) / nines);
            yield return panel.BottomLabel(NinesOf(share) / nines, label);
        }

        const int Steps = 240;
        yield return panel.Line(
            0,
            from step in Enumerable.Range(0, Steps + 1)
            let at = (double)step / Steps
            select (at, Y(latencies.Quantile(1 - Math.Pow(10, -at * nines)))));
    }

    private static string Heading(BenchReport report) => string.Create(
        CultureInfo.InvariantCulture, $"holdfast bench: workload {report.Workload}, {report.Protocol}, {report.PerSecond:N0} operations a second");

    private static string Description(BenchReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Clients} clients, pipeline {report.Pipeline}, {report.Keys:N0} keys ");
        text.Append(CultureInfo.InvariantCulture, $"({report.Distribution}), values of {report.ValueBytes:N0} bytes; {report.Failed:N0} errors; ");
        text.Append(report.Rate is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"open loop at {rate:N0}/s") : "closed loop: latencies hide what a stall held back");
        return text.ToString();
    }

    /// <summary>0 for all, 1 for 90 %, 2 for 99 %.</summary>
    private static double NinesOf(double share) => -Math.Log10(1 - share);

    private static string Duration(double microseconds) => microseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{microseconds:0} µs"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e3:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e6:0} s"),
    };
}
