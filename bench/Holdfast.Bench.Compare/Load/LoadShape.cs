namespace Holdfast.Bench.Compare.Load;

/// <summary>What the clients of a row do.</summary>
internal enum Operation
{
    /// <summary>Writes one of the keys.</summary>
    Set,

    /// <summary>Reads one of the keys.</summary>
    Get,
}

/// <summary>A row's load: so many connections, each of which has so many requests under way.</summary>
internal sealed record LoadShape(Operation Operation, int Clients, int Pipeline = 1)
{
    public override string ToString() =>
        $"{(Operation == Operation.Set ? "SET" : "GET")} c{Clients}{(Pipeline > 1 ? $" P{Pipeline}" : string.Empty)}";
}

/// <summary>How much of a load one run is: generators stop by requests or by time, whichever they know.</summary>
internal sealed record Amount(long Requests, TimeSpan Time);

/// <summary>What a load generator measured, from the client's send to its receive.</summary>
internal sealed record LoadResult(long Operations, double OperationsPerSecond, double P50Milliseconds, double P99Milliseconds);

/// <summary>A load generator at its target. Every answer was checked: an error fails the run.</summary>
internal interface ILoadGenerator
{
    /// <summary>What it is and where its requests go, for the report.</summary>
    string Description { get; }

    /// <exception cref="BenchmarkException">A request was answered with an error, or not at all.</exception>
    /// <exception cref="Rows.DisturbedException">The cluster changed meanwhile.</exception>
    Task<LoadResult> RunAsync(LoadShape shape, Amount amount, CancellationToken stop);
}
