namespace Holdfast.Net.Loop;

/// <summary>The settings of an <see cref="EventLoop"/>.</summary>
public sealed record EventLoopOptions
{
    /// <summary>Where facts go.</summary>
    public required INetworkObserver Observer { get; init; }

    /// <summary>The name of the thread that <see cref="EventLoop.Start"/> makes.</summary>
    public string ThreadName { get; init; } = "holdfast-loop";

    /// <summary>
    /// How long to poll at most before sleeping, in microseconds, where that has paid lately and the task agrees
    /// (<see cref="ILoopTask.MayPoll"/>). Zero, the default, always sleeps at once.
    /// </summary>
    public int MaxPollMicros { get; init; }

    /// <summary>The most bytes read from one connection in one iteration, so that a busy one can't starve others.</summary>
    public int ReadBytes { get; init; } = 64 * 1024;

    /// <summary>The most bytes written to one connection in one iteration.</summary>
    public int WriteBytes { get; init; } = 1024 * 1024;

    /// <summary>The most memory that idle output chunks keep, in bytes.</summary>
    public int IdleChunkBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a closing connection may take to send its last output and see the other side's end, in microseconds.</summary>
    public long CloseTimeoutMicros { get; init; } = 5_000_000;
}
