using Holdfast.Bench.Compare.Report;

namespace Holdfast.Bench.Compare;

/// <summary>What was asked for on the command line, and how it is done.</summary>
internal abstract record Measurement
{
    /// <summary>The published program, a <c>holdfast.dll</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Below it the systems have their data while they run.</summary>
    public required string Directory { get; init; }

    /// <summary>Does it, and returns the report for people.</summary>
    /// <param name="machine">Where it happens.</param>
    /// <param name="directory">For the systems' data: it goes afterwards.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="BenchmarkException">Something failed, so that nothing was measured.</exception>
    public abstract Task<string> RunAsync(Machine machine, string directory, Action<string> progress, CancellationToken stop);
}
