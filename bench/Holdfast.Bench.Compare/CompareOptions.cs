using System.Globalization;

namespace Holdfast.Bench.Compare;

/// <summary>What to compare, how often, and where.</summary>
internal sealed record CompareOptions
{
    public const string Usage = """
        bench/compare.sh [--runs N] [--quick] [--directory DIR] [--json FILE] [--rows TEXT]
          --runs N         measured runs of each row and system, 5 by default
          --quick          one short run of everything, to see that all works; its figures say nothing
          --directory DIR  where the systems keep their data while it runs, on a disk; .build by default
          --json FILE      where every run is written; compare.json in the directory by default
          --rows TEXT      only the rows whose section and name contain this, such as "plain SET"
        """;

    /// <summary>The published program, a <c>holdfast.dll</c>.</summary>
    public required string Program { get; init; }

    public required string Directory { get; init; }

    public required string Json { get; init; }

    public required int Runs { get; init; }

    public required Scale Scale { get; init; }

    public string Rows { get; init; } = string.Empty;

    /// <exception cref="FormatException">The arguments are not those of the usage text.</exception>
    public static CompareOptions Parse(string[] arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            given[name] = name switch
            {
                "--quick" => string.Empty,
                "--runs" or "--directory" or "--json" or "--rows" or "--program" when i + 1 < arguments.Length => arguments[++i],
                _ => throw new FormatException($"'{name}' is not an option, or its value is missing"),
            };
        }

        bool quick = given.ContainsKey("--quick");
        string directory = Path.GetFullPath(Required(given, "--directory"));
        return new CompareOptions
        {
            Program = Path.GetFullPath(Required(given, "--program")),
            Directory = directory,
            Json = Path.GetFullPath(given.GetValueOrDefault("--json", Path.Combine(directory, "compare.json"))),
            Runs = given.TryGetValue("--runs", out string? runs) ? PositiveOf(runs) : quick ? 1 : 5,
            Scale = quick ? Scale.Quick : Scale.Full,
            Rows = given.GetValueOrDefault("--rows", string.Empty),
        };
    }

    private static string Required(Dictionary<string, string> given, string name) =>
        given.TryGetValue(name, out string? value) ? value : throw new FormatException($"{name} is missing");

    private static int PositiveOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int runs) && runs > 0
            ? runs
            : throw new FormatException($"--runs takes a positive number, not '{text}'");
}
