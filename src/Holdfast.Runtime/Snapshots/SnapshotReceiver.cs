using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Space;
using Holdfast.Storage;

namespace Holdfast.Runtime.Snapshots;

/// <summary>Stores the pieces of snapshots that come from leaders, and builds the states from them as they come.</summary>
internal sealed class SnapshotReceiver(SnapshotStore store, BulkWork bulk, DiskSpace space, Action<Replica> changed) : IDisposable
{
    /// <summary>
    /// A reception that came to a stop is given up after so many looks at a disk that lacks room. And after so many one that found too little may
    /// find out anew how much it needs.
    /// </summary>
    private const int QuietLooks = 20;

    private readonly Dictionary<GroupId, Incoming> _incoming = [];
    private readonly HashSet<Incoming> _abandoned = [];
    private readonly Dictionary<GroupId, Lack> _lacks = [];
    private bool _lackedRoom;

    /// <summary>A follower got bytes of a snapshot.</summary>
    public void Write(Replica replica, in SnapshotWriteRequest request)
    {
        Incoming? incoming = _incoming.GetValueOrDefault(replica.Group);
        if (request.Offset == 0)
        {
            if (!MayBegin(replica, request.Meta, incoming))
            {
                Lose(replica, request.Meta);
                return;
            }

            Abandon(replica.Group);
            incoming = Begin(replica, request.Meta);
            _incoming[replica.Group] = incoming;
        }

        if (incoming is null || incoming.Meta.Id != request.Meta.Id || incoming.Writer.Length != (long)request.Offset)
        {
            return;
        }

        int bytes = request.Data.Length;
        if (space.Free < SnapshotStore.FileBytesFor(bytes) + space.LeftToLog)
        {
            GiveUpForRoom(replica, incoming);
            return;
        }

        if (!incoming.State.Feed(request.Data.Span, out _))
        {
            // A leader verifies its file as it reads it, so that bytes which can't be a state are not chance.
            GiveUp(replica, incoming);
            return;
        }

        ulong next = request.Offset + (ulong)bytes;
        bool last = request.Last;
        incoming.OnDisk++;
        incoming.QuietLooks = 0;
        incoming.Room.Take(bytes);
        bulk.Submit(incoming.Writer.Append(request.Data.Span), work => PieceWritten(replica, incoming, bytes, next, last, work));
    }

    /// <summary>Whether a snapshot comes in.</summary>
    public bool IsReceiving => _incoming.Values.Any(incoming => !incoming.IsStored);

    /// <summary>The disk was looked at. Returns whether a reception was given up since then because there was no room for it.</summary>
    public bool TakeLackedRoom()
    {
        foreach ((GroupId group, Lack lack) in _lacks.ToArray())
        {
            if (++lack.Looks > QuietLooks)
            {
                _lacks.Remove(group);
            }
        }

        bool lacked = _lackedRoom;
        _lackedRoom = false;
        return lacked;
    }

    /// <summary>The disk lacks room: receptions that came to a stop are given up.</summary>
    public void MakeRoom(IReadOnlyList<Replica> replicas)
    {
        foreach (Replica replica in replicas)
        {
            if (_incoming.TryGetValue(replica.Group, out Incoming? incoming)
                && incoming is { IsStored: false, OnDisk: 0 } && ++incoming.QuietLooks > QuietLooks)
            {
                GiveUp(replica, incoming);
            }
        }
    }

    /// <summary>The state of a snapshot that consensus now installs.</summary>
    public IncomingState TakeIncoming(Replica replica, SnapshotMeta meta)
    {
        bool found = _incoming.Remove(replica.Group, out Incoming? incoming);
        Invariant.Require(found && incoming!.Meta.Id == meta.Id && incoming.IsStored, "consensus installs the snapshot that was stored");
        return incoming!.State;
    }

    /// <summary>Frees the states that are being received.</summary>
    public void Dispose()
    {
        foreach (Incoming incoming in _incoming.Values)
        {
            incoming.State.Dispose();
        }

        foreach (Incoming incoming in _abandoned)
        {
            incoming.State.Dispose();
        }
    }

    private Incoming Begin(Replica replica, SnapshotMeta meta)
    {
        var id = new SnapshotId(meta.Id.Index, meta.Id.Term);
        if (store.Unfinished(replica.Group, id) is { } left)
        {
            bulk.Submit(left.Abandon(), static _ => { });
        }

        return new Incoming(meta, store.Begin(replica.Group, id, SnapshotTaker.Describe(meta)), replica.BeginReceive(), new FileRoom(space));
    }

    /// <summary>
    /// One that is being completed takes effect. Where the disk lacks room, one comes in after the other: several would all fill it, fail,
    /// and begin again. And one that found too little begins when there is more.
    /// </summary>
    private bool MayBegin(Replica replica, SnapshotMeta meta, Incoming? current) =>
        current is not { IsFinishing: true, IsStored: false }
        && (!_lacks.TryGetValue(replica.Group, out Lack? lack) || lack.Of != meta.Id || space.Free > lack.Bytes + (2 * space.LeftToLog))
        && (!space.IsLow || _incoming.All(other => other.Key == replica.Group || other.Value.IsStored));

    private void PieceWritten(Replica replica, Incoming incoming, int bytes, ulong next, bool last, DiskWork work)
    {
        incoming.Room.Written(bytes);
        incoming.OnDisk--;
        if (incoming.IsAbandoned)
        {
            FinishAbandon(incoming);
        }
        else if (work.Failure is not null)
        {
            GiveUp(replica, incoming, work.Failure);
        }
        else
        {
            replica.Raft.SnapshotWritten(incoming.Meta, next);
            changed(replica);
            if (last)
            {
                incoming.OnDisk++;
                incoming.IsFinishing = true;
                bulk.Submit(incoming.Writer.Finish(), finish => Stored(replica, incoming, (SnapshotFinish)finish));
            }
        }
    }

    private void Stored(Replica replica, Incoming incoming, SnapshotFinish finish)
    {
        incoming.OnDisk--;
        store.Complete(finish);
        if (finish.Failure is not null)
        {
            GiveUp(replica, incoming, finish.Failure);
            return;
        }

        incoming.Room.End();
        _lacks.Remove(replica.Group);

        incoming.IsStored = true;
        replica.SnapshotIndex = LogIndex.Max(replica.SnapshotIndex, incoming.Meta.Id.Index);
        replica.Raft.SnapshotStored(incoming.Meta);
        changed(replica);
    }

    private void GiveUp(Replica replica, Incoming incoming, DiskException failure)
    {
        if (failure.Fault == DiskFault.Full)
        {
            GiveUpForRoom(replica, incoming);
        }
        else
        {
            GiveUp(replica, incoming);
        }
    }

    private void GiveUpForRoom(Replica replica, Incoming incoming)
    {
        _lackedRoom = true;
        _lacks[replica.Group] = new Lack(incoming.Meta.Id, incoming.Writer.Length);
        GiveUp(replica, incoming);
    }

    /// <summary>Lets go of what came in so far, and of its file: the leader is to begin again.</summary>
    private void GiveUp(Replica replica, Incoming incoming)
    {
        Abandon(replica.Group);
        Lose(replica, incoming.Meta);
    }

    private void Lose(Replica replica, SnapshotMeta meta)
    {
        replica.Raft.SnapshotLost(meta);
        changed(replica);
    }

    private void Abandon(GroupId group)
    {
        if (!_incoming.Remove(group, out Incoming? incoming))
        {
            return;
        }

        if (incoming.IsStored)
        {
            // Consensus caught up by itself meanwhile, and did not install it.
            incoming.State.Dispose();
        }
        else
        {
            incoming.IsAbandoned = true;
            _abandoned.Add(incoming);
            FinishAbandon(incoming);
        }
    }

    private void FinishAbandon(Incoming incoming)
    {
        if (incoming.OnDisk == 0)
        {
            _abandoned.Remove(incoming);
            incoming.Room.End();
            incoming.State.Dispose();
            bulk.Submit(incoming.Writer.Abandon(), static _ => { });
        }
    }

    private sealed class Incoming(SnapshotMeta meta, SnapshotWriter writer, IncomingState state, FileRoom room)
    {
        public SnapshotMeta Meta => meta;

        public SnapshotWriter Writer => writer;

        public IncomingState State => state;

        public FileRoom Room => room;

        public int OnDisk { get; set; }

        /// <summary>Whether its last step was handed out.</summary>
        public bool IsFinishing { get; set; }

        /// <summary>How often the disk lacked room since bytes came.</summary>
        public int QuietLooks { get; set; }

        public bool IsAbandoned { get; set; }

        public bool IsStored { get; set; }
    }

    /// <summary>A reception found too little room after so many bytes.</summary>
    private sealed class Lack(EntryId of, long bytes)
    {
        public EntryId Of => of;

        public long Bytes => bytes;

        public int Looks { get; set; }
    }
}
