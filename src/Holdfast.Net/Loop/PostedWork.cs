using System.Collections.Concurrent;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Loop;

/// <summary>
/// Work that other threads hand to the loop. A poster signals only a loop that announced that it sleeps: the loop announces
/// first and looks at the queue after, a poster queues first and looks for the announcement after, and full fences keep either
/// order, so one of the two always sees the other (Dekker) and no wake-up is lost.
/// </summary>
internal sealed class PostedWork(WakeUp wakeUp)
{
    // A flood of posts must not keep the loop from its sockets.
    private const int MaxPerIteration = 4096;

    private readonly ConcurrentQueue<ILoopWork> _queue = new();
    private int _sleeping;

    internal bool IsEmpty => _queue.IsEmpty;

    internal void Post(ILoopWork work)
    {
        _queue.Enqueue(work);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            wakeUp.Signal();
        }
    }

    /// <summary>Announces that the loop will sleep; false when it must not, because there is work.</summary>
    internal bool TrySleep()
    {
        Interlocked.Exchange(ref _sleeping, 1);
        if (_queue.IsEmpty)
        {
            return true;
        }

        Awake();
        return false;
    }

    internal void Awake() => Volatile.Write(ref _sleeping, 0);

    internal void Run()
    {
        for (int i = 0; i < MaxPerIteration && _queue.TryDequeue(out ILoopWork? work); i++)
        {
            work.Execute();
        }
    }
}
