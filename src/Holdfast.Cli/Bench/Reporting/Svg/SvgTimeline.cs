using System.Globalization;
using System.Xml.Linq;

namespace Holdfast.Cli.Bench.Reporting.Svg;

/// <summary>One line of a timeline: a value for each second.</summary>
internal sealed record SvgSeries(string Name, IReadOnlyList<double> Seconds);

/// <summary>A panel with values over time, from zero up, one line for each series.</summary>
internal static class SvgTimeline
{
    private const int MostPoints = 600;
    private static readonly int[] RoundFactors = [1, 2, 4, 8, 10];

    /// <summary>The panel's parts; a single series needs no name.</summary>
    public static IEnumerable<XElement> Of(SvgPanel panel, string title, params IReadOnlyList<SvgSeries> lines)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, SvgImage.Colours);
        int seconds = lines.Max(line => line.Seconds.Count);
        double[][] points = [.. lines.Select(line => Thin(line.Seconds))];
        double top = NiceTop(points.SelectMany(line => line).DefaultIfEmpty(1).Max());

        yield return panel.Title(title);
        for (int quarter = 0; quarter <= 4; quarter++)
        {
            yield return panel.Horizontal(quarter / 4.0);
            yield return panel.LeftLabel(quarter / 4.0, (top * quarter / 4).ToString("N0", CultureInfo.InvariantCulture));
            yield return panel.BottomLabel(
                quarter / 4.0, string.Create(CultureInfo.InvariantCulture, $"{seconds * quarter / 4.0:0.#} s"));
        }

        for (int number = 0; number < lines.Count; number++)
        {
            double[] values = points[number];
            yield return panel.Line(number, values.Select((value, i) => (values.Length == 1 ? 0 : (double)i / (values.Length - 1), value / top)));
            if (lines.Count > 1)
            {
                yield return panel.Legend(number, lines.Count, lines[number].Name);
            }
        }
    }

    /// <summary>Means of as many neighbouring seconds as it takes to have no more points than the eye can tell apart.</summary>
    private static double[] Thin(IReadOnlyList<double> seconds)
    {
        int perPoint = Math.Max(1, (seconds.Count + MostPoints - 1) / MostPoints);
        return [.. seconds.Chunk(perPoint).Where(chunk => chunk.Length == perPoint).Select(chunk => chunk.Average())];
    }

    /// <summary>The next of 1, 2, 4, 8 times a power of ten: all of them divide by four.</summary>
    private static double NiceTop(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(4, most))));
        return RoundFactors.Select(factor => factor * power).First(top => top >= most);
    }
}
