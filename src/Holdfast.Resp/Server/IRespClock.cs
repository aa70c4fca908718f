namespace Holdfast.Resp;

/// <summary>The time as TIME, INFO and CLIENT LIST report it; nothing is decided by it. Thread-safe.</summary>
public interface IRespClock
{
    /// <summary>Wall-clock time since 1970 in µs.</summary>
    long UnixTimeMicroseconds { get; }

    /// <summary>Time in ms that never goes back, from any beginning. Cheap: it is read once for each batch of input.</summary>
    long MonotonicMs { get; }
}
