using System.Collections.Concurrent;
using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Server.Hosting;

/// <summary>Disk work on its way back to the engine's thread, in the order in which it was done. Any thread may add.</summary>
internal sealed class CompletedWork(EventLoop loop, Action<DiskWork> complete) : ILoopWork
{
    // One queue, posted once for each work in it: every batch of the log comes this way, and leaves nothing to the collector.
    private readonly ConcurrentQueue<DiskWork> _completed = new();

    /// <summary>Brings work that has run to the engine.</summary>
    public void Add(DiskWork work)
    {
        _completed.Enqueue(work);
        loop.Post(this);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        bool isThere = _completed.TryDequeue(out DiskWork? work);
        Invariant.Require(isThere, "a work is added before it is posted, and each is posted once");
        complete(work!);
    }
}
