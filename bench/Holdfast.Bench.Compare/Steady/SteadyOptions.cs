using System.Globalization;
using Holdfast.Bench.Compare.Report;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Steady;

/// <summary>How long to run at full load, and where the plot goes.</summary>
internal sealed record SteadyOptions : Measurement
{
    public const string Usage = """
        bench/steady.sh [--seconds N] [--past N] [--svg FILE] [--directory DIR]
          --seconds N      how long to measure, 600 by default
          --past N         writes before it, 4,000,000 by default: what is kept for watches is full with them
          --svg FILE       the plot; steady.svg in the directory by default
          --directory DIR  where the nodes keep their data while it runs, on a disk; .build by default
        """;

    public required int Seconds { get; init; }

    public required int PastWrites { get; init; }

    public required string Svg { get; init; }

    /// <exception cref="FormatException">The arguments are not those of the usage text.</exception>
    public static SteadyOptions Parse(ReadOnlySpan<string> arguments)
    {
        var given = new Arguments(arguments, [], ["--seconds", "--past", "--svg", "--directory", "--program"]);
        string directory = given.PathOf("--directory");
        return new SteadyOptions
        {
            Program = given.PathOf("--program"),
            Directory = directory,
            Seconds = given.PositiveOf("--seconds", 600),
            PastWrites = given.PositiveOf("--past", Scale.Full.PastWrites),
            Svg = given.PathOf("--svg", Path.Combine(directory, "steady.svg")),
        };
    }

    public override async Task<string> RunAsync(Machine machine, string directory, Action<string> progress, CancellationToken stop)
    {
        SteadyResult result = await new SteadyRun(this, directory, progress).RunAsync(stop);
        await File.WriteAllTextAsync(Svg, SteadyPlot.Of(result, machine).ToString(), stop);
        return SteadyTable.Of(result, machine) + string.Create(CultureInfo.InvariantCulture, $"\nPlot: {Svg}\n");
    }
}
