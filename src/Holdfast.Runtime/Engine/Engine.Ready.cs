using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime;

/// <summary>What consensus wants done.</summary>
public sealed partial class Engine
{
    /// <summary>How often one replica is served in a row before the others get their turn.</summary>
    private const int MaxReadiesInARow = 32;

    private void ProcessDirty()
    {
        int budget = _dirty.Count * 2;
        while (budget-- > 0 && _dirty.TryDequeue(out Replica? replica))
        {
            replica.IsDirty = false;
            Process(replica);
        }
    }

    private void Process(Replica replica)
    {
        if (replica is PartitionReplica partition && partition.Reads.TryClose(out ulong context)
            && replica.Raft.RequestRead(context) == ReadResult.NotLeader)
        {
            _router.RejectReads(partition, context);
        }

        CarryOutAll(replica);
    }

    private void CarryOutAll(Replica replica)
    {
        for (int i = 0; i < MaxReadiesInARow; i++)
        {
            if (!replica.Raft.HasReady)
            {
                replica.ObserveProgress();
                _schedule.Add(replica);
                return;
            }

            CarryOut(replica, replica.Raft.TakeReady());
        }

        MarkDirty(replica);
    }

    /// <summary>
    /// The order is the one that <see cref="Ready"/> asks for. A call on the node ends its Ready, so what leads to one is copied out
    /// of it before the first.
    /// </summary>
    private void CarryOut(Replica replica, Ready ready)
    {
        if (ready.InstallSnapshot is { } snapshot)
        {
            _snapshots.Cancel(replica);
            replica.Install(snapshot, _receiver.TakeIncoming(replica, snapshot));
            replica.StateIndex = snapshot.Id.Index;
        }

        if (ready.Token is not null)
        {
            _log.Write(replica, ready);
            _load.Move(ready.Entries.Length);
        }

        foreach (ref readonly Message message in ready.Messages)
        {
            _peers.Find(message.To.Node)?.Send(replica.Group, message);
        }

        bool roleChanged = ready.RoleChanged;
        LogIndex applied = Apply(replica, ready.Committed.Span);
        GrantReads(replica, ready);
        SnapshotWriteRequest[] writes = ready.SnapshotWrites.ToArray();
        SnapshotReadRequest[] reads = ready.SnapshotReads.ToArray();
        ulong[] rejected = ready.RejectedReads.ToArray();
        if (applied > LogIndex.Zero)
        {
            replica.Raft.AppliedTo(applied);
        }
        else if (ready.InstallSnapshot is { } installed)
        {
            replica.Raft.AppliedTo(installed.Id.Index);
        }

        if (replica is PartitionReplica partition)
        {
            partition.AnswerReads();
            partition.TellNewChanges();
        }

        Answer(replica, writes, reads, rejected);
        if (roleChanged)
        {
            RoleChanged(replica);
        }

        if (applied > LogIndex.Zero && replica is PartitionReplica committed)
        {
            _router.MadeRoom(committed);
        }

        if (replica == _system)
        {
            AdoptMap();
        }
    }

    private static LogIndex Apply(Replica replica, ReadOnlySpan<Entry> committed)
    {
        if (committed.IsEmpty)
        {
            return LogIndex.Zero;
        }

        replica.Apply(committed);
        replica.StateIndex = committed[^1].Id.Index;
        if (replica.IsLeader && committed[^1].Id.Term == replica.Raft.Term)
        {
            replica.HearCommit(replica.StateIndex);
        }

        return replica.StateIndex;
    }

    private static void GrantReads(Replica replica, Ready ready)
    {
        if (replica is PartitionReplica partition)
        {
            foreach (ref readonly ReadGrant grant in ready.ReadGrants)
            {
                partition.Reads.Grant(grant);
            }
        }
    }

    private void Answer(Replica replica, SnapshotWriteRequest[] writes, SnapshotReadRequest[] reads, ulong[] rejected)
    {
        foreach (SnapshotWriteRequest write in writes)
        {
            _receiver.Write(replica, write);
        }

        foreach (SnapshotReadRequest read in reads)
        {
            _sender.Read(replica, read);
        }

        foreach (ulong context in rejected)
        {
            _router.RejectReads((PartitionReplica)replica, context);
        }
    }

    private void RoleChanged(Replica replica)
    {
        if (replica.IsLeader)
        {
            replica.LeaderSinceMicros = _nowMicros;
            ProposeBootstrap(replica);
        }
        else
        {
            _sender.StopSending(replica);
        }

        if (replica is PartitionReplica partition && replica.Raft.Leader is not null)
        {
            _router.Release(partition.Group.Partition);
        }
    }

    private void SnapshotNotTaken(Replica replica) => _sender.NotTaken(replica);

    private void SnapshotTaken(Replica replica)
    {
        _sender.Taken(replica);
        DeleteUnneeded();
        MarkDirty(replica);
    }
}
