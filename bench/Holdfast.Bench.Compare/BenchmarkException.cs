namespace Holdfast.Bench.Compare;

/// <summary>A system or a tool did not do what it should: there is nothing to report.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
