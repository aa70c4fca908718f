using Holdfast.Bench.Compare.Report;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare;

/// <summary>What to compare, how often, and where.</summary>
internal sealed record CompareOptions : Measurement
{
    public const string Usage = """
        bench/compare.sh [--runs N] [--quick] [--directory DIR] [--json FILE] [--rows TEXT]
          --runs N         measured runs of each row and system, 5 by default
          --quick          one short run of everything, to see that all works; its figures say nothing
          --directory DIR  where the systems keep their data while it runs, on a disk; .build by default
          --json FILE      where every run is written; compare.json in the directory by default
          --rows TEXT      only the rows whose section and name contain this, such as "plain SET"
        """;

    public required string Json { get; init; }

    public required int Runs { get; init; }

    public required Scale Scale { get; init; }

    public string Rows { get; init; } = string.Empty;

    /// <exception cref="FormatException">The arguments are not those of the usage text.</exception>
    public static CompareOptions Parse(ReadOnlySpan<string> arguments)
    {
        var given = new Arguments(arguments, ["--quick"], ["--runs", "--directory", "--json", "--rows", "--program"]);
        bool quick = given.Has("--quick");
        string directory = given.PathOf("--directory");
        return new CompareOptions
        {
            Program = given.PathOf("--program"),
            Directory = directory,
            Json = given.PathOf("--json", Path.Combine(directory, "compare.json")),
            Runs = given.PositiveOf("--runs", quick ? 1 : 5),
            Scale = quick ? Scale.Quick : Scale.Full,
            Rows = given.Of("--rows", string.Empty),
        };
    }

    public override async Task<string> RunAsync(Machine machine, string directory, Action<string> progress, CancellationToken stop)
    {
        IReadOnlyList<RowResult> results = await new Comparison(this, directory, progress).RunAsync(stop);
        await JsonReport.WriteAsync(this, machine, results, stop);
        return MarkdownReport.Of(this, machine, results);
    }
}
