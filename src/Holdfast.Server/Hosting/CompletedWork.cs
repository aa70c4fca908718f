using Holdfast.Net.Loop;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>Disk work on its way back to the engine's thread.</summary>
internal sealed class CompletedWork(Engine engine, DiskWork work) : ILoopWork
{
    /// <inheritdoc/>
    public void Execute() => engine.Complete(work);
}
