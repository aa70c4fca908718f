using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Receives the newest snapshot of each group at recovery. Spans are valid during the call.</summary>
public interface ISnapshotVisitor
{
    /// <summary>A snapshot that was read and verified whole; its payload follows.</summary>
    void Begin(GroupId group, SnapshotId id, ReadOnlySpan<byte> meta, long payloadBytes);

    /// <summary>The next piece of its payload.</summary>
    void Chunk(ReadOnlySpan<byte> payload);

    /// <summary>The payload is complete.</summary>
    void End();

    /// <summary>The newest snapshot of a group does not verify. It stays where it is; the group is not to be trusted.</summary>
    void Damaged(GroupId group, SnapshotId id, string what);
}
