using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Space;
using Holdfast.Storage;

namespace Holdfast.Runtime;

/// <summary>The room on the disk: what may be written while there is little, and how there comes to be more.</summary>
public sealed partial class Engine
{
    /// <summary>
    /// A group's log that is small is written again rather than snapshotted, to free the segment that holds its beginning. That needs it in
    /// memory, so this is less than <see cref="RaftOptions.MinLogBytes"/>.
    /// </summary>
    private const long RewriteBytes = 256 * 1024;

    private const int SegmentsAtEase = 4;

    /// <summary>For how many looks at the disk room is made after a reception had too little: its leader begins it again in that time.</summary>
    private const int LooksAfterLack = 20;

    /// <summary>How much may wait in memory for room in the log, and no more than a segment, before deletes are refused too.</summary>
    private const int MaxHeldLogBytes = 16 * 1024 * 1024;

    private readonly DiskSpace _space;
    private DiskHealth _disk = new(0, 0, 0, false);
    private int _looksToMakeRoom;
    private bool _othersAreFull;

    /// <summary>
    /// The bytes that files were given so far whose writing has ended. Whoever measures the disk reads this first and reports it with what it found
    /// (<see cref="DiskHealth.SettledBytes"/>). Any thread.
    /// </summary>
    public long SettledDiskBytes => _space.Settled;

    private bool IsDiskFull => _space.IsLow || _log.LacksRoom || _looksToMakeRoom > 0;

    /// <summary>How the disk is, as the host measures it, each second or so, and once before the node starts.</summary>
    public void ReportDisk(DiskHealth health)
    {
        _disk = health;
        _space.Measured(health.FreeBytes, health.SettledBytes);
        _looksToMakeRoom = _receiver.TakeLackedRoom() ? LooksAfterLack : Math.Max(0, _looksToMakeRoom - 1);

        // With a majority full nothing could be committed: so it is refused before it is replicated.
        _othersAreFull = _peers.All.Count(peer => peer.Report?.DiskState == (uint)Api.DiskState.Full) * 2 > _peers.All.Count + 1;
        AdmitByRoom();
        if (IsDiskFull)
        {
            MakeRoom();
        }

        _space.LetDip(_log.HeldBytes > 0 && _snapshots.IsIdle && !_receiver.IsReceiving);
    }

    internal Api.DiskState DiskStateOf() =>
        IsDiskFull ? Api.DiskState.Full : _disk.IsSlow ? Api.DiskState.Slow : Api.DiskState.Ok;

    private void AdmitByRoom()
    {
        _admission.IsDiskFull = IsDiskFull || _othersAreFull;
        _admission.IsLogHeld = _log.HeldBytes > Math.Min(MaxHeldLogBytes, _log.SegmentBytes);
    }

    private long SnapshotRoomNeeded() => SnapshotRoom.Of(_replicas, _store) - _snapshots.WrittenBytes;

    private void TakeSnapshots()
    {
        foreach (Replica replica in _replicas)
        {
            if (replica.LoggedBytes > Math.Max(_options.SnapshotLogBytes, replica.SnapshotBytes))
            {
                _snapshots.Want(replica);
            }
        }
    }

    /// <summary>
    /// Little is free: gives back what can be had, by snapshots sooner than usual. The smallest come first: they fit where others don't,
    /// and what they let go of makes room for those.
    /// </summary>
    private void MakeRoom()
    {
        _sender.MakeRoom();
        _receiver.MakeRoom(_replicas);
        foreach (Replica replica in _replicas.OrderBy(replica => replica.SnapshotBytes))
        {
            // Its state has shrunk, by deletes: so will what is stored of it.
            if (_store.StoredBytes(replica.Group) + replica.LoggedBytes - SnapshotRoom.NextOf(replica) >= _log.SegmentBytes)
            {
                _snapshots.Want(replica);
            }
        }

        FreeSegments(_space.Lacking, maxRewritten: _log.SegmentBytes / 4);
        DeleteUnneeded();
    }

    /// <summary>
    /// Groups that pin the oldest segments, of so many bytes together, are snapshotted or rewritten, so that idle groups beside a busy one do
    /// not keep its whole log (DESIGN: Full). Rewriting costs the log at most so many bytes.
    /// </summary>
    private void FreeSegments(long bytes, long maxRewritten)
    {
        foreach (LogPin pin in _log.CollectPins(bytes))
        {
            if (!_byGroup.TryGetValue(pin.Group, out Replica? replica))
            {
                continue;
            }

            if (pin.ByState)
            {
                _log.RewriteState(replica);
            }

            if (pin.ByEntries && pin.LastEntry > _log.Release(replica))
            {
                FreeEntries(replica, ref maxRewritten);
            }
        }
    }

    private void FreeEntries(Replica replica, ref long maxRewritten)
    {
        LogIndex first = replica.SnapshotIndex.Next;
        bool isOld = IsDiskFull && replica.RewrittenAfter == replica.SnapshotIndex;
        bool isLarge = replica.LoggedBytes > Math.Min(RewriteBytes, maxRewritten);
        if (isOld || isLarge || _log.LacksRoom || first < replica.Raft.FirstIndex || first > replica.Raft.LastIndex)
        {
            _snapshots.Want(replica);
        }
        else if (!replica.Raft.HasReady && replica.Raft.Durable == replica.Raft.LastIndex)
        {
            // Else entries whose term is not durable yet would come before it: next second.
            maxRewritten -= replica.LoggedBytes;
            replica.LoggedBytes = 0;
            replica.RewrittenAfter = replica.SnapshotIndex;
            _log.RewriteEntries(replica, replica.Raft.EntriesFrom(first).Span);
        }
    }

    private void DeleteUnneeded()
    {
        while (_store.TakeUpkeep() is { } upkeep)
        {
            _bulk.Submit(upkeep, static _ => { });
        }
    }
}

/// <summary>How a node's disk is.</summary>
/// <param name="FreeBytes">The bytes free.</param>
/// <param name="SettledBytes">What <see cref="Engine.SettledDiskBytes"/> was before that was measured.</param>
/// <param name="FsyncP99Us">The 99th percentile of recent log syncs in µs.</param>
/// <param name="IsSlow">Whether syncs take far longer than they should.</param>
public readonly record struct DiskHealth(long FreeBytes, long SettledBytes, long FsyncP99Us, bool IsSlow);
