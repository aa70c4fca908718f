using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Writes one snapshot, made here or received in chunks. Each call returns work for the bulk lane, to be submitted in the
/// order of the calls. When one fails, those after it fail too; then <see cref="Abandon"/> it.
/// </summary>
public sealed class SnapshotWriter
{
    internal SnapshotWriter(GroupId group, SnapshotId id)
    {
        Group = group;
        Id = id;
    }

    /// <summary>The group whose snapshot it is.</summary>
    public GroupId Group { get; }

    /// <summary>What the snapshot stands for.</summary>
    public SnapshotId Id { get; }

    /// <summary>The payload bytes given to <see cref="Append"/> so far: where a reception goes on.</summary>
    public long Length => throw new NotSupportedException();

    /// <summary>Adds a chunk to the payload. The bytes are copied before this returns.</summary>
    public DiskWork Append(ReadOnlySpan<byte> chunk) => throw new NotSupportedException();

    /// <summary>Completes the snapshot durably. Give it to <see cref="SnapshotStore.Complete"/> when it has run.</summary>
    public SnapshotFinish Finish() => throw new NotSupportedException();

    /// <summary>Gives it up: its file is deleted.</summary>
    public DiskWork Abandon() => throw new NotSupportedException();
}

/// <summary>The last step of a snapshot: footer, sync, rename, folder sync. Only then does it exist.</summary>
public sealed class SnapshotFinish : DiskWork
{
    /// <inheritdoc/>
    public override void Execute(IDisk disk) => throw new NotSupportedException();
}
