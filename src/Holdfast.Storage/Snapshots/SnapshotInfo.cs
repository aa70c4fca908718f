using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>A durable snapshot: what it stands for, the engine's own description of it, and its payload's size in bytes.</summary>
public sealed record SnapshotInfo(GroupId Group, SnapshotId Id, ReadOnlyMemory<byte> Meta, long PayloadBytes);

/// <summary>The result of <see cref="SnapshotStore.Recover"/>: the store, or why it was refused (newer format, another directory's files).</summary>
public sealed record RecoveredSnapshots(SnapshotStore? Store, string? Refused);
