using Holdfast.Runtime.Groups;
using Holdfast.Storage;

namespace Holdfast.Runtime.Space;

/// <summary>What room the snapshots of a node's groups need.</summary>
internal static class SnapshotRoom
{
    /// <summary>What a byte of the log adds to a snapshot at most, about: it is there as a key and as a change of the history.</summary>
    public const int BytesALogByte = 2;

    /// <summary>The bytes of a group's next snapshot on the disk, of its state as it is.</summary>
    public static long NextOf(Replica replica) => SnapshotStore.FileBytesFor(replica.SnapshotBytes);

    /// <summary>
    /// What must be free for every group to be snapshotted, one after the other in any order, when each snapshot replaces the group's last one: by
    /// how much the others have grown, and the one that is being written, whose last one stays until then. All of them, since
    /// groups share segments: the log can't go before the last of them was taken. Entries that are still to be committed count: after a
    /// restart that may be most of the log.
    /// </summary>
    public static long Of(IReadOnlyList<Replica> replicas, SnapshotStore store)
    {
        long growth = 0;
        long kept = 0;
        foreach (Replica replica in replicas)
        {
            long next = NextOf(replica) + (BytesALogByte * replica.Raft.UncommittedBytes);
            long stored = store.StoredBytes(replica.Group);
            growth += Math.Max(0, next - stored);
            kept = Math.Max(kept, Math.Min(next, stored));
        }

        return growth + kept;
    }
}
