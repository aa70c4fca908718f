using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Requests;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime;

/// <summary>What is done from time to time.</summary>
public sealed partial class Engine
{
    private const int RetryTicks = 5;
    private const int ExpireTicks = 10;
    private const int ViewTicks = 10;
    private const int SecondTicks = 100;
    private const int ReclaimBytes = 1024 * 1024;

    /// <summary>How long a leader must have led, and the preferred one have kept up, before leadership is handed over.</summary>
    private const long SettleMicros = 3_000_000;

    /// <summary>For how long after somebody looked the view is kept fresh.</summary>
    private const long ViewWantedMicros = 5_000_000;

    private readonly LoadGauge _load = new();
    private bool _isStopping;
    private long _viewWantedUntilMicros;

    /// <summary>Whether the node works for one client, or a few that take their time, and hardly for anything else (<see cref="LoadGauge"/>).</summary>
    public bool IsLightlyLoaded => _load.IsLight;

    /// <summary>Whether a stop was prepared and nothing is under way any more: no group is led here, all writes are durable.</summary>
    public bool IsQuiet => _isStopping && _log.IsIdle && _replicas.TrueForAll(replica => !replica.IsLeader || !HasOtherVoters(replica));

    /// <summary>The node is to stop: hands over the groups that it leads, and seals the log.</summary>
    public void PrepareStop()
    {
        _isStopping = true;
        HandOverAll();
    }

    private void RunChores(long before)
    {
        bool IsDue(int each) => _ticked / each > before / each;

        if (IsDue(RetryTicks))
        {
            _table.CountPending();
            _load.Sample(_router.RequestCount - _forwarder.AsideCount, _peers.All.Count);
            _router.ReleaseAll();
        }

        if (IsDue(ExpireTicks))
        {
            _router.ExpireLate();
            _forwarder.ExpireLate();
        }

        if (IsDue(ViewTicks))
        {
            RefreshView(isSecond: IsDue(SecondTicks));
            FreeMemory();
            if (_isStopping)
            {
                HandOverAll();
                _log.Seal(_nowMicros);
            }
        }

        if (IsDue(SecondTicks))
        {
            _admission.MemoryBytes = _arena.AllocatedBytes;
            SendReport(_peers.All);
            BalanceLeaders();
            TakeSnapshots();
            if (_log.RetainedBytes > Math.Max(SegmentsAtEase * _log.SegmentBytes, _store.TotalBytes))
            {
                FreeSegments(bytes: 0, RewriteBytes * _replicas.Count);
            }

            DeleteUnneeded();
        }
    }

    private void RefreshView(bool isSecond)
    {
        if (View.TakeWasRead())
        {
            _viewWantedUntilMicros = _nowMicros + ViewWantedMicros;
        }

        if (_nowMicros < _viewWantedUntilMicros || isSecond)
        {
            View.Refresh();
        }
    }

    private void FreeMemory()
    {
        foreach (PartitionReplica replica in _table.LocalReplicas)
        {
            replica.Machine.State.Reclaim(ReclaimBytes);
        }
    }

    /// <summary>
    /// Leadership returns to the replica that placement prefers, once it keeps up, so that leaders are spread evenly after a failure
    /// too. One group a second: each hand-over costs its clients a moment.
    /// </summary>
    private void BalanceLeaders()
    {
        if (_isStopping || _manifest.Map is not { } map)
        {
            return;
        }

        foreach (PartitionReplica replica in _table.LocalReplicas)
        {
            if (!replica.IsLeader || _nowMicros - replica.LeaderSinceMicros < SettleMicros)
            {
                continue;
            }

            var preferred = new ReplicaId(map.Partitions[(int)replica.Group.Partition.Value].Replicas[0]);
            if (preferred != replica.Raft.Id && KeepsUp(replica, preferred) && replica.Raft.TransferLeadership(preferred))
            {
                MarkDirty(replica);
                return;
            }
        }
    }

    private static bool KeepsUp(Replica replica, ReplicaId other)
    {
        foreach (ReplicaProgress progress in replica.Raft.Progress)
        {
            if (progress.Replica == other)
            {
                return progress is { RecentlyActive: true, State: ProgressState.Replicate, IsVoter: true }
                    && progress.Match.Value + 1000 >= replica.Raft.Commit.Value;
            }
        }

        return false;
    }

    private void HandOverAll()
    {
        foreach (Replica replica in _replicas.Where(replica => replica.IsLeader && replica.Raft.TransferTarget is null))
        {
            ReplicaId? best = replica.Raft.Progress
                .Where(progress => progress.Replica != replica.Raft.Id && progress is { IsVoter: true, RecentlyActive: true })
                .OrderByDescending(progress => progress.Match)
                .Select(progress => (ReplicaId?)progress.Replica)
                .FirstOrDefault();
            if (best is { } to && replica.Raft.TransferLeadership(to))
            {
                MarkDirty(replica);
            }
        }
    }

    private static bool HasOtherVoters(Replica replica) =>
        replica.Raft.Progress.Any(progress => progress.Replica != replica.Raft.Id && progress is { IsVoter: true, RecentlyActive: true });
}
