using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Measuring;

/// <summary>What all lanes have measured.</summary>
internal sealed class Measurements
{
    private readonly List<long> _seconds = [];
    private readonly List<FailureCount> _failures = [];
    private readonly LatencyHistogram?[] _latencies = new LatencyHistogram?[OperationKinds.Count];

    /// <summary>The latencies of all operations that succeeded.</summary>
    public LatencyHistogram All { get; } = new();

    /// <summary>Those of each kind that came.</summary>
    public IEnumerable<(OperationKind Kind, LatencyHistogram Latencies)> ByKind =>
        from kind in Enum.GetValues<OperationKind>()
        where _latencies[(int)kind] is not null
        select (kind, _latencies[(int)kind]!);

    /// <summary>The operations that succeeded in each second since measuring began.</summary>
    public IReadOnlyList<long> Seconds => _seconds;

    /// <summary>The operations that succeeded.</summary>
    public long Succeeded => _seconds.Sum();

    /// <summary>The failures, the most frequent first.</summary>
    public IReadOnlyList<FailureCount> Failures => [.. _failures.OrderByDescending(f => f.Count)];

    /// <summary>The operations that failed.</summary>
    public long Failed => _failures.Sum(f => f.Count);

    /// <summary>The reads that found nothing.</summary>
    public long Misses { get; private set; }

    /// <summary>When the last operation ended, since measuring began.</summary>
    public long LastNs { get; private set; }

    public void Add(
        ReadOnlySpan<LatencyHistogram?> latencies, List<long> seconds, IEnumerable<FailureCount> failures, long misses, long lastNs)
    {
        for (int kind = 0; kind < latencies.Length; kind++)
        {
            if (latencies[kind] is { } known)
            {
                All.Add(known);
                (_latencies[kind] ??= new LatencyHistogram()).Add(known);
            }
        }

        for (int second = 0; second < seconds.Count; second++)
        {
            if (second == _seconds.Count)
            {
                _seconds.Add(0);
            }

            _seconds[second] += seconds[second];
        }

        foreach (FailureCount failure in failures)
        {
            int index = _failures.FindIndex(f => f.Code == failure.Code && f.Outcome == failure.Outcome);
            if (index < 0)
            {
                _failures.Add(failure);
            }
            else
            {
                _failures[index] = _failures[index] with { Count = _failures[index].Count + failure.Count };
            }
        }

        Misses += misses;
        LastNs = Math.Max(LastNs, lastNs);
    }
}
