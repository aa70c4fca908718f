using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// A leader wants bytes of a snapshot to send. Answer with <see cref="RaftNode.SnapshotRead"/> or
/// <see cref="RaftNode.SnapshotUnavailable"/>, now or later.
/// </summary>
/// <param name="To">The follower that they are for.</param>
/// <param name="Meta">
/// The snapshot, which must be read byte for byte as before; null for the latest, from offset 0, which must reach at least the
/// entry before <see cref="RaftNode.FirstIndex"/>.
/// </param>
/// <param name="Offset">The first byte wanted.</param>
/// <param name="MaxBytes">How many bytes at most.</param>
public readonly record struct SnapshotReadRequest(ReplicaId To, SnapshotMeta? Meta, ulong Offset, int MaxBytes)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"read snapshot {Meta?.Id.ToString() ?? "latest"} for {To} at {Offset} up to {MaxBytes}";
}

/// <summary>
/// A follower got bytes of a snapshot. Store them, then call <see cref="RaftNode.SnapshotWritten"/>; offset 0 discards
/// whatever was stored before. When the last are durable and in place, call <see cref="RaftNode.SnapshotStored"/> too; when they can't be
/// stored, <see cref="RaftNode.SnapshotLost"/> instead.
/// </summary>
/// <param name="Meta">The snapshot.</param>
/// <param name="Offset">Where the bytes go: 0, or where the bytes before them ended.</param>
/// <param name="Data">The bytes, valid until the next call on the node.</param>
/// <param name="Last">Whether the snapshot is whole with them.</param>
public readonly record struct SnapshotWriteRequest(SnapshotMeta Meta, ulong Offset, ReadOnlyMemory<byte> Data, bool Last)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"write snapshot {Meta.Id} at {Offset} {Data.Length}B{(Last ? " last" : "")}";
}
