namespace Holdfast.Rest;

/// <summary>The bounds of what watchers cost a node, their clock, and who is told what they can't survive. Immutable.</summary>
public sealed record WatchOptions
{
    /// <summary>The most watchers at once; more are refused with 503 <c>overloaded</c>.</summary>
    public int MaxWatchers { get; init; } = 20_000;

    /// <summary>
    /// The bytes of events that may wait for one watcher. One that needs more is no longer told as things happen but reads the
    /// history, at its own pace.
    /// </summary>
    public int QueueBytes { get; init; } = 256 * 1024;

    /// <summary>The bytes of events that may wait for all watchers together, where one that waits for several counts once.</summary>
    public long NodeQueueBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How many pages of history are read and written at once; the others wait for their turn.</summary>
    public int MaxReaders { get; init; } = 64;

    /// <summary>
    /// Told what broke the state that all watches share, an invariant say: the node should stop. May be called on any thread, once.
    /// </summary>
    public Action<Exception> Fatal { get; init; } = static _ => { };

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
