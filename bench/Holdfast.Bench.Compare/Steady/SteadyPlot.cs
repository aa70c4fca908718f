using System.Globalization;
using System.Xml.Linq;
using Holdfast.Bench.Compare.Report;
using Holdfast.Cli.Bench.Reporting.Svg;

namespace Holdfast.Bench.Compare.Steady;

/// <summary>A long run as one image: throughput, memory and disk over time.</summary>
internal static class SteadyPlot
{
    private const double MiB = 1 << 20;
    private const int PanelWidth = SvgImage.Width - 120;
    private const int PanelHeight = 180;
    private const int PanelStep = PanelHeight + 70;

    public static XDocument Of(SteadyResult result, Machine machine) => SvgImage.Of(
        100 + (3 * PanelStep),
        string.Create(CultureInfo.InvariantCulture, $"three nodes at full load: {result.Load.Operations / result.Load.ElapsedSeconds:N0} SETs a second"),
        string.Create(
            CultureInfo.InvariantCulture, $"{SteadyRun.Clients} clients, values of {Scale.ValueBytes} bytes, fdatasync on; {machine.Versions["holdfast"]}"),
        [
            .. SvgTimeline.Of(Panel(0), "operations a second", new SvgSeries("operations", [.. result.Load.Seconds.Select(count => (double)count)])),
            .. SvgTimeline.Of(
                Panel(1),
                "resident memory of each node, MiB",
                [.. Enumerable.Range(0, result.Samples[0].MemoryBytes.Count).Select(node => Series($"node {node}", result, sample => sample.MemoryBytes[node]))]),
            .. SvgTimeline.Of(
                Panel(2),
                "files of all nodes, MiB",
                Series("logs", result, sample => sample.LogBytes),
                Series("snapshots", result, sample => sample.SnapshotBytes)),
        ]);

    private static SvgPanel Panel(int number) => new(80, 100 + (number * PanelStep), PanelWidth, PanelHeight);

    private static SvgSeries Series(string name, SteadyResult result, Func<Meters.StoreSample, long> bytes) =>
        new(name, [.. result.Samples.Select(sample => bytes(sample) / MiB)]);
}
