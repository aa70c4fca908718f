using Holdfast.Api;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Measuring;

/// <summary>
/// What some lanes have measured. There are a few of these, so that lanes seldom meet at the lock. Keeps one number a second, however
/// many operations there are. Thread-safe.
/// </summary>
internal sealed class Recorder
{
    private const long NsPerSecond = 1_000_000_000;

    private readonly Lock _lock = new();
    private readonly LatencyHistogram?[] _latencies = new LatencyHistogram?[OperationKinds.Count];
    private readonly LatencyHistogram _sinceLook = new();
    private readonly List<long> _seconds = [];
    private readonly Dictionary<(string Code, Outcome Outcome), FailureCount> _failures = [];
    private long _misses;
    private long _failed;
    private long _lastNs;

    /// <summary>An operation is over.</summary>
    /// <param name="kind">What it did.</param>
    /// <param name="latencyNs">The time since it was to start.</param>
    /// <param name="atNs">Now, since measuring began.</param>
    /// <param name="result">How it ended; the latency of a failure is not counted.</param>
    public void Record(OperationKind kind, long latencyNs, long atNs, in OperationResult result)
    {
        lock (_lock)
        {
            _lastNs = Math.Max(_lastNs, atNs);
            if (!result.Succeeded)
            {
                Fail(result);
                return;
            }

            _misses += result.Missed ? 1 : 0;
            Count(kind, latencyNs);
            int second = (int)(atNs / NsPerSecond);
            while (_seconds.Count <= second)
            {
                _seconds.Add(0);
            }

            _seconds[second]++;
        }
    }

    /// <summary>An operation was due and never sent: it counts with the time that it had waited by the end.</summary>
    public void RecordUnsent(OperationKind kind, long waitedNs)
    {
        lock (_lock)
        {
            Count(kind, waitedNs);
        }
    }

    /// <summary>Moves what was measured since the last look to <paramref name="latencies"/>; gives the failures so far.</summary>
    public long Look(LatencyHistogram latencies)
    {
        lock (_lock)
        {
            latencies.Add(_sinceLook);
            _sinceLook.Clear();
            return _failed;
        }
    }

    /// <summary>Adds everything to a sum.</summary>
    public void AddTo(Measurements sum)
    {
        lock (_lock)
        {
            sum.Add(_latencies, _seconds, _failures.Values, _misses, _lastNs);
        }
    }

    private void Count(OperationKind kind, long latencyNs)
    {
        long microseconds = (latencyNs + 500) / 1000;
        (_latencies[(int)kind] ??= new LatencyHistogram()).Add(microseconds);
        _sinceLook.Add(microseconds);
    }

    private void Fail(in OperationResult result)
    {
        _failed++;
        var kind = (result.Code!, result.Outcome);
        _failures[kind] = _failures.TryGetValue(kind, out FailureCount? known)
            ? known with { Count = known.Count + 1 }
            : new FailureCount(result.Code!, result.Outcome, 1, result.Detail);
    }
}
