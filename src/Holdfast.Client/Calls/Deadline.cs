namespace Holdfast.Client.Calls;

/// <summary>The instant by which a call must be over, on a monotonic clock.</summary>
internal readonly struct Deadline(TimeProvider clock, TimeSpan timeout)
{
    private readonly long _began = clock.GetTimestamp();

    /// <summary>The ms since the call began.</summary>
    public long NowMs => (long)clock.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>The deadline in ms since the call began.</summary>
    public long AtMs => (long)timeout.TotalMilliseconds;

    /// <summary>The time left; at least 1 ms, so that a call that is late still gets an honest answer.</summary>
    public TimeSpan Left => TimeSpan.FromMilliseconds(Math.Max(1, AtMs - NowMs));
}
