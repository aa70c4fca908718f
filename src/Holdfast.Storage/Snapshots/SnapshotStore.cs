using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The snapshots of a data directory: the newest one of each group, and those being written or still being read. Only the
/// engine's thread calls it; the disk is touched at <see cref="Recover"/> and in the work that it hands out, for the bulk lane.
/// </summary>
public sealed class SnapshotStore
{
    /// <summary>Opens the store while the node starts: removes what was left unfinished, and gives the newest snapshot of each group to the visitor.</summary>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static RecoveredSnapshots Recover(IDisk disk, Incarnation incarnation, ISnapshotVisitor visitor) => throw new NotSupportedException();

    /// <summary>The newest durable snapshot of a group, or null.</summary>
    public SnapshotInfo? Newest(GroupId group) => throw new NotSupportedException();

    /// <summary>Begins to write a snapshot, newer than the group's newest, of which none is unfinished under that id.</summary>
    public SnapshotWriter Begin(GroupId group, SnapshotId id, ReadOnlySpan<byte> meta) => throw new NotSupportedException();

    /// <summary>The unfinished snapshot of that id, to go on with at its <see cref="SnapshotWriter.Length"/>; or null.</summary>
    public SnapshotWriter? Unfinished(GroupId group, SnapshotId id) => throw new NotSupportedException();

    /// <summary>Takes back a <see cref="SnapshotWriter.Finish"/> that has run. Without a failure, the snapshot is now the group's newest.</summary>
    public void Complete(SnapshotFinish finish) => throw new NotSupportedException();

    /// <summary>Starts to read the group's newest snapshot, which stays until the reader is closed; null when there is none.</summary>
    public SnapshotReader? OpenNewest(GroupId group) => throw new NotSupportedException();

    /// <summary>Lets go of all snapshots of a group, damaged ones included: its replica was removed or is to be rebuilt.</summary>
    public void Remove(GroupId group) => throw new NotSupportedException();

    /// <summary>Work that deletes the files that nobody needs any more; null when there is nothing to do.</summary>
    public DiskWork? TakeUpkeep() => throw new NotSupportedException();

    /// <summary>The bytes of all durable snapshots.</summary>
    public long TotalBytes => throw new NotSupportedException();
}

/// <summary>A durable snapshot: what it stands for, the engine's own description of it, and its payload's size in bytes.</summary>
public sealed record SnapshotInfo(GroupId Group, SnapshotId Id, ReadOnlyMemory<byte> Meta, long PayloadBytes);

/// <summary>The result of <see cref="SnapshotStore.Recover"/>: the store, or why it was refused (newer format, another directory's files).</summary>
public sealed record RecoveredSnapshots(SnapshotStore? Store, string? Refused);
