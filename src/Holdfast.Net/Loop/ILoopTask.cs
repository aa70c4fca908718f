namespace Holdfast.Net.Loop;

/// <summary>What the loop's thread does once an iteration, after reads, posted work and timers, before writes and after them: the engine.</summary>
public interface ILoopTask
{
    /// <summary>
    /// Whether so little is under way that everybody waits for this loop, or it for them: then it may poll before it sleeps. Under load it never
    /// should: it sleeps seldom there, and others want the core.
    /// </summary>
    bool MayPoll { get; }

    /// <summary>An iteration begins: what handlers and posted work are told in it comes at this time or later.</summary>
    /// <param name="nowMicros">The iteration's time, in microseconds.</param>
    void Begin(long nowMicros);

    /// <summary>
    /// Does one step without blocking. An exception is fatal to the loop.
    /// </summary>
    /// <param name="nowMicros">The time in microseconds, read after everything that the iteration took in had come.</param>
    void Run(long nowMicros);

    /// <summary>
    /// The iteration's output has been written: does what could wait for that. Returns when it wants to run again at the latest, in
    /// microseconds of <see cref="EventLoop.NowMicros"/>: a time that has passed means at once, <see cref="long.MaxValue"/> means only when
    /// something happens. An exception is fatal to the loop.
    /// </summary>
    long End();
}

/// <summary>Something to do on the loop's thread. The same object may be posted again and again.</summary>
public interface ILoopWork
{
    /// <summary>Runs on the loop's thread, without blocking. An exception is fatal to the loop.</summary>
    void Execute();
}
