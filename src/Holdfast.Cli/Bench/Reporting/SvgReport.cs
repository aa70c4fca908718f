using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Holdfast.Cli.Bench.Measuring;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A report as one image without outside parts: latency by percentile, and throughput over time. Follows the viewer's light or dark.</summary>
internal static class SvgReport
{
    private const int Width = 900;
    private const int Height = 760;
    private const int MostPoints = 600;

    private const string Style = """
        .back { fill: #fff } text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-size: 17px; font-weight: 600 }
        .grid { stroke: #ddd } .line { fill: none; stroke: #0969da; stroke-width: 2; stroke-linejoin: round } .small { fill: #666; font-size: 12px }
        @media (prefers-color-scheme: dark) {
          .back { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .line { stroke: #58a6ff } .small { fill: #9198a1 }
        }
        """;

    private static readonly int[] RoundFactors = [1, 2, 4, 8, 10];
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XDocument Of(BenchReport report, LatencyHistogram latencies)
    {
        var image = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}")),
            new XAttribute("role", "img"),
            new XElement(Svg + "title", Heading(report)),
            new XElement(Svg + "style", Style),
            new XElement(
                Svg + "rect", new XAttribute("class", "back"), new XAttribute("width", Width), new XAttribute("height", Height)),
            SvgPanel.Label(Svg, 30, 34, "start", "title", Heading(report)),
            SvgPanel.Label(Svg, 30, 56, "start", "small", Description(report)));
        image.Add(Latencies(new SvgPanel(Svg, 80, 100, Width - 120, 270), latencies));
        image.Add(Throughput(new SvgPanel(Svg, 80, 440, Width - 120, 250), report));
        return new XDocument(image);
    }

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
            from step in Enumerable.Range(0, Steps + 1)
            let at = (double)step / Steps
            select (at, Y(latencies.Quantile(1 - Math.Pow(10, -at * nines)))));
    }

    private static IEnumerable<XElement> Throughput(SvgPanel panel, BenchReport report)
    {
        long[] seconds = [.. report.Seconds];
        int perPoint = Math.Max(1, (seconds.Length + MostPoints - 1) / MostPoints);
        double[] rates = [.. seconds.Chunk(perPoint).Where(c => c.Length == perPoint).Select(c => c.Average())];
        double top = NiceTop(rates.Length == 0 ? 1 : rates.Max());

        yield return panel.Title("operations a second, over time");
        for (int quarter = 0; quarter <= 4; quarter++)
        {
            yield return panel.Horizontal(quarter / 4.0);
            yield return panel.LeftLabel(quarter / 4.0, (top * quarter / 4).ToString("N0", CultureInfo.InvariantCulture));
            yield return panel.BottomLabel(
                quarter / 4.0, string.Create(CultureInfo.InvariantCulture, $"{seconds.Length * quarter / 4.0:0.#} s"));
        }

        yield return panel.Line(rates.Select((rate, i) => (rates.Length == 1 ? 0 : (double)i / (rates.Length - 1), rate / top)));
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

    /// <summary>The next of 1, 2, 4, 8 times a power of ten: all of them divide by four.</summary>
    private static double NiceTop(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(4, most))));
        return RoundFactors.Select(factor => factor * power).First(top => top >= most);
    }
}
