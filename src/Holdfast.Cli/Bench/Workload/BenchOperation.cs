namespace Holdfast.Cli.Bench.Workload;

/// <summary>One operation. Its bytes belong to the lane that issues it, and stay as they are until it is over.</summary>
/// <param name="Kind">What it does; never <see cref="OperationKind.ReadModifyWrite"/>, which is issued as a read and an update.</param>
/// <param name="Key">The key, or the first key of a scan.</param>
/// <param name="Value">What to set.</param>
/// <param name="ScanLength">The number of pairs of a scan.</param>
internal readonly record struct BenchOperation(
    OperationKind Kind, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, int ScanLength);
