using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Work on segments that nobody waits for: allocating the next one ahead, recycling or deleting one that is no longer
/// needed. Runs on the bulk lane, one at a time.
/// </summary>
public sealed class LogUpkeep : DiskWork
{
    /// <inheritdoc/>
    public override void Execute(IDisk disk) => throw new NotSupportedException();
}
