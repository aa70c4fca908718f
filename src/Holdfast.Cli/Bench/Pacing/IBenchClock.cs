using System.Threading.Tasks.Sources;

namespace Holdfast.Cli.Bench.Pacing;

/// <summary>Time for a load generator: precise to some ten microseconds, where timers are precise to a millisecond. Thread-safe.</summary>
internal interface IBenchClock
{
    /// <summary>Nanoseconds since some moment.</summary>
    long NowNs { get; }

    /// <summary>Completes at the moment, or soon after it; what follows must be short, as others wait for the same thread.</summary>
    ValueTask UntilAsync(long ns, Waiter waiter);

    /// <summary>Ends all waits before their moment.</summary>
    void WakeAll();
}

/// <summary>One who waits for moments, one after the other, without allocating for each.</summary>
internal sealed class Waiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    /// <summary>Begins a wait.</summary>
    public ValueTask Begin()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>The moment has come; runs what waits for it.</summary>
    public void End() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
