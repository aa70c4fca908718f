using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>One connection to a cluster, which several lanes may use at a time, each with one operation.</summary>
internal interface IBenchConnection : IAsyncDisposable
{
    /// <summary>
    /// Carries out one operation, once: what fails is counted, and not tried again. Never throws for what a cluster does. The rest of
    /// the lane may run on the thread that reads answers.
    /// </summary>
    ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation);

    /// <summary>How many attempts the client under it has repeated by itself, within the time of their operations.</summary>
    long Retries { get; }
}
