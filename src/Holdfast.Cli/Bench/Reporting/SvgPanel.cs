using System.Globalization;
using System.Xml.Linq;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A rectangle with axes; positions in it go from 0 to 1, from the left and from below.</summary>
internal sealed class SvgPanel(XNamespace svg, double left, double top, double width, double height)
{
    public XElement Title(string text) => Label(svg, left, top - 12, "start", "text", text);

    public XElement Horizontal(double y) => Grid(left, Y(y), left + width, Y(y));

    public XElement Vertical(double x) => Grid(X(x), top, X(x), top + height);

    public XElement LeftLabel(double y, string text) => Label(svg, left - 8, Y(y) + 4, "end", "small", text);

    public XElement BottomLabel(double x, string text) => Label(svg, X(x), top + height + 20, "middle", "small", text);

    /// <summary>A line through points.</summary>
    public XElement Line(IEnumerable<(double X, double Y)> points) => new(
        svg + "polyline",
        new XAttribute("class", "line"),
        new XAttribute("points", string.Join(' ', points.Select(p => $"{Number(X(p.X))},{Number(Y(p.Y))}"))));

    private XElement Grid(double x1, double y1, double x2, double y2) => new(
        svg + "line",
        new XAttribute("class", "grid"),
        new XAttribute("x1", Number(x1)),
        new XAttribute("y1", Number(y1)),
        new XAttribute("x2", Number(x2)),
        new XAttribute("y2", Number(y2)));

    /// <summary>A text anywhere in an image.</summary>
    public static XElement Label(XNamespace svg, double x, double y, string anchor, string style, string text) => new(
        svg + "text",
        new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)),
        new XAttribute("text-anchor", anchor),
        new XAttribute("class", style),
        text);

    private double X(double share) => left + (share * width);

    private double Y(double share) => top + height - (share * height);

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
