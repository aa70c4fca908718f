using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Everything that was appended while the batch before was on its way: one write and one sync. Runs on the log lane. Two
/// of them take turns, so an instance is valid until it was given to <see cref="WriteAheadLog.Complete(LogBatch)"/>.
/// </summary>
public sealed class LogBatch : DiskWork
{
    /// <summary>The batch's number. Numbers grow by one, and go on over restarts.</summary>
    public ulong Number { get; internal set; }

    /// <inheritdoc/>
    public override void Execute(IDisk disk) => throw new NotSupportedException();
}
