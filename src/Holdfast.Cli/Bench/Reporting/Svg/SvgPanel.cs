using System.Xml.Linq;

namespace Holdfast.Cli.Bench.Reporting.Svg;

/// <summary>A rectangle with axes in an image; positions in it go from 0 to 1, from the left and from below.</summary>
internal sealed class SvgPanel(double left, double top, double width, double height)
{
    private const double LegendWidth = 90;

    public XElement Title(string text) => SvgImage.Label(left, top - 12, "start", "text", text);

    public XElement Horizontal(double y) => Grid(left, Y(y), left + width, Y(y));

    public XElement Vertical(double x) => Grid(X(x), top, X(x), top + height);

    public XElement LeftLabel(double y, string text) => SvgImage.Label(left - 8, Y(y) + 4, "end", "small", text);

    public XElement BottomLabel(double x, string text) => SvgImage.Label(X(x), top + height + 20, "middle", "small", text);

    /// <summary>A line through points; each number has its own colour, up to <see cref="SvgImage.Colours"/>.</summary>
    public XElement Line(int number, IEnumerable<(double X, double Y)> points) => new(
        SvgImage.Svg + "polyline",
        new XAttribute("class", $"line line{number}"),
        new XAttribute("points", string.Join(' ', points.Select(p => $"{SvgImage.Number(X(p.X))},{SvgImage.Number(Y(p.Y))}"))));

    /// <summary>What the line of a number is, in its colour, above the panel.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="lines">How many lines there are.</param>
    /// <param name="text">Its name.</param>
    public XElement Legend(int number, int lines, string text) =>
        SvgImage.Label(left + width - ((lines - 1 - number) * LegendWidth), top - 12, "end", $"small name{number}", text);

    private static XElement Grid(double x1, double y1, double x2, double y2) => new(
        SvgImage.Svg + "line",
        new XAttribute("class", "grid"),
        new XAttribute("x1", SvgImage.Number(x1)),
        new XAttribute("y1", SvgImage.Number(y1)),
        new XAttribute("x2", SvgImage.Number(x2)),
        new XAttribute("y2", SvgImage.Number(y2)));

    private double X(double share) => left + (share * width);

    private double Y(double share) => top + height - (share * height);
}
