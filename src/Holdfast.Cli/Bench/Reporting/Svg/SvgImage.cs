using System.Globalization;
using System.Xml.Linq;

namespace Holdfast.Cli.Bench.Reporting.Svg;

/// <summary>An image without outside parts: a heading over panels. Follows the viewer's light or dark.</summary>
internal static class SvgImage
{
    /// <summary>How many lines of a panel have a colour of their own.</summary>
    public const int Colours = 3;

    public const int Width = 900;

    private const string Style = """
        .back { fill: #fff } text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-size: 17px; font-weight: 600 }
        .grid { stroke: #ddd } .line { fill: none; stroke-width: 2; stroke-linejoin: round } .small { fill: #666; font-size: 12px }
        .line0 { stroke: #0969da } .line1 { stroke: #bc4c00 } .line2 { stroke: #1a7f37 }
        .name0 { fill: #0969da } .name1 { fill: #bc4c00 } .name2 { fill: #1a7f37 }
        @media (prefers-color-scheme: dark) {
          .back { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .small { fill: #9198a1 }
          .line0 { stroke: #58a6ff } .line1 { stroke: #f0883e } .line2 { stroke: #3fb950 }
          .name0 { fill: #58a6ff } .name1 { fill: #f0883e } .name2 { fill: #3fb950 }
        }
        """;

    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XDocument Of(int height, string heading, string description, IEnumerable<XElement> panels) => new(new XElement(
        Svg + "svg",
        new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}")),
        new XAttribute("role", "img"),
        new XElement(Svg + "title", heading),
        new XElement(Svg + "style", Style),
        new XElement(Svg + "rect", new XAttribute("class", "back"), new XAttribute("width", Width), new XAttribute("height", height)),
        Label(30, 34, "start", "title", heading),
        Label(30, 56, "start", "small", description),
        panels));

    /// <summary>A text anywhere in an image.</summary>
    public static XElement Label(double x, double y, string anchor, string style, string text) => new(
        Svg + "text",
        new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)),
        new XAttribute("text-anchor", anchor),
        new XAttribute("class", style),
        text);

    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
