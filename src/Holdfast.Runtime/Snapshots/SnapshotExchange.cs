using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Storage;

namespace Holdfast.Runtime.Snapshots;

/// <summary>
/// Snapshots between nodes: reads pieces of the newest one for a follower that the log no longer reaches, and stores the pieces that
/// come from a leader, building the state from them as they come.
/// </summary>
internal sealed class SnapshotExchange(SnapshotStore store, BulkWork bulk, SnapshotTaker taker, Action<Replica> changed) : IDisposable
{
    private readonly Dictionary<(GroupId Group, ReplicaId To), Outgoing> _outgoing = [];
    private readonly Dictionary<GroupId, List<SnapshotReadRequest>> _waiting = [];
    private readonly Dictionary<GroupId, Incoming> _incoming = [];
    private readonly HashSet<Incoming> _abandoned = [];

    /// <summary>A leader wants bytes of a snapshot.</summary>
    public void Read(Replica replica, in SnapshotReadRequest request)
    {
        (GroupId, ReplicaId) key = (replica.Group, request.To);
        if (request.Meta is null)
        {
            Close(key);
            if (replica.SnapshotIndex.Next < replica.Raft.FirstIndex || store.Newest(replica.Group) is null)
            {
                Wait(replica, request);
                return;
            }

            SnapshotReader reader = store.OpenNewest(replica.Group) ?? throw Invariant.Unreachable("a newest snapshot can be opened");
            _outgoing[key] = new Outgoing(reader, MetaOf(reader.Info));
        }

        if (!_outgoing.TryGetValue(key, out Outgoing? outgoing)
            || (request.Meta is not null && outgoing.Meta.Id != request.Meta.Id)
            || outgoing.IsReading)
        {
            replica.Raft.SnapshotUnavailable(request.To);
            changed(replica);
            return;
        }

        ReplicaId to = request.To;
        outgoing.IsReading = true;
        bulk.Submit(outgoing.Reader.Read((long)request.Offset, request.MaxBytes), work => PieceRead(replica, to, outgoing, (SnapshotRead)work));
    }

    /// <summary>A new snapshot is durable: those who waited for one get it.</summary>
    public void Taken(Replica replica)
    {
        if (_waiting.Remove(replica.Group, out List<SnapshotReadRequest>? requests))
        {
            foreach (SnapshotReadRequest request in requests)
            {
                Read(replica, request);
            }
        }
    }

    /// <summary>A snapshot could not be taken: those who waited for it ask again later.</summary>
    public void NotTaken(Replica replica)
    {
        if (_waiting.Remove(replica.Group, out List<SnapshotReadRequest>? requests))
        {
            foreach (SnapshotReadRequest request in requests)
            {
                replica.Raft.SnapshotUnavailable(request.To);
            }

            changed(replica);
        }
    }

    /// <summary>A follower got bytes of a snapshot.</summary>
    public void Write(Replica replica, in SnapshotWriteRequest request)
    {
        Incoming? incoming = _incoming.GetValueOrDefault(replica.Group);
        if (request.Offset == 0)
        {
            Abandon(replica.Group);
            incoming = Begin(replica, request.Meta);
            _incoming[replica.Group] = incoming;
        }

        if (incoming is null || incoming.Meta.Id != request.Meta.Id || incoming.Failed || incoming.Writer.Length != (long)request.Offset)
        {
            return;
        }

        if (!incoming.State.Feed(request.Data.Span, out _))
        {
            // The leader's file was verified as it was read, so this is not chance: give up, and let the leader start over.
            incoming.Failed = true;
            return;
        }

        SnapshotMeta meta = request.Meta;
        ulong next = request.Offset + (ulong)request.Data.Length;
        bool last = request.Last;
        incoming.OnDisk++;
        bulk.Submit(incoming.Writer.Append(request.Data.Span), work => PieceWritten(replica, incoming, meta, next, last, work));
    }

    /// <summary>The state of a snapshot that consensus now installs.</summary>
    public IncomingState TakeIncoming(Replica replica, SnapshotMeta meta)
    {
        bool found = _incoming.Remove(replica.Group, out Incoming? incoming);
        Invariant.Require(found && incoming!.Meta.Id == meta.Id && incoming.IsStored, "consensus installs the snapshot that was stored");
        return incoming!.State;
    }

    /// <summary>A replica no longer leads: what it was sending is of no use.</summary>
    public void StopSending(Replica replica)
    {
        foreach ((GroupId Group, ReplicaId To) key in _outgoing.Keys.Where(key => key.Group == replica.Group).ToArray())
        {
            Close(key);
        }

        _waiting.Remove(replica.Group);
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

    private void Wait(Replica replica, in SnapshotReadRequest request)
    {
        if (!_waiting.TryGetValue(replica.Group, out List<SnapshotReadRequest>? requests))
        {
            requests = [];
            _waiting.Add(replica.Group, requests);
        }

        requests.Add(request);
        taker.Want(replica);
    }

    private void PieceRead(Replica replica, ReplicaId to, Outgoing outgoing, SnapshotRead read)
    {
        outgoing.IsReading = false;
        if (outgoing.IsClosed)
        {
            outgoing.Reader.Close();
        }
        else if (read.Failure is not null || read.Damaged is not null)
        {
            Close((replica.Group, to));
            replica.Raft.SnapshotUnavailable(to);
        }
        else
        {
            replica.Raft.SnapshotRead(to, outgoing.Meta, (ulong)read.Offset, read.Bytes, read.Last);
        }

        changed(replica);
    }

    private void Close((GroupId Group, ReplicaId To) key)
    {
        if (_outgoing.Remove(key, out Outgoing? outgoing))
        {
            outgoing.IsClosed = true;
            if (!outgoing.IsReading)
            {
                outgoing.Reader.Close();
            }
        }
    }

    private Incoming Begin(Replica replica, SnapshotMeta meta)
    {
        var id = new SnapshotId(meta.Id.Index, meta.Id.Term);
        if (store.Unfinished(replica.Group, id) is { } left)
        {
            bulk.Submit(left.Abandon(), static _ => { });
        }

        return new Incoming(meta, store.Begin(replica.Group, id, SnapshotTaker.Describe(meta)), replica.BeginReceive());
    }

    private void PieceWritten(Replica replica, Incoming incoming, SnapshotMeta meta, ulong next, bool last, DiskWork work)
    {
        incoming.OnDisk--;
        if (work.Failure is not null)
        {
            incoming.Failed = true;
        }

        if (incoming.IsAbandoned)
        {
            FinishAbandon(incoming);
        }
        else if (!incoming.Failed)
        {
            replica.Raft.SnapshotWritten(meta, next);
            changed(replica);
            if (last)
            {
                incoming.OnDisk++;
                bulk.Submit(incoming.Writer.Finish(), finish => Stored(replica, incoming, meta, (SnapshotFinish)finish));
            }
        }
    }

    private void Stored(Replica replica, Incoming incoming, SnapshotMeta meta, SnapshotFinish finish)
    {
        incoming.OnDisk--;
        store.Complete(finish);
        if (incoming.IsAbandoned)
        {
            _abandoned.Remove(incoming);
            incoming.State.Dispose();
            return;
        }

        if (finish.Failure is not null)
        {
            incoming.Failed = true;
            return;
        }

        incoming.IsStored = true;
        replica.SnapshotIndex = meta.Id.Index;
        replica.Raft.SnapshotStored(meta);
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
            incoming.State.Dispose();
            bulk.Submit(incoming.Writer.Abandon(), static _ => { });
        }
    }

    private static SnapshotMeta MetaOf(SnapshotInfo info)
    {
        Wire.Control.SnapshotHeader header = Wire.Control.SnapshotHeader.Parser.ParseFrom(info.Meta.Span);
        bool valid = Configuration.TryDecode(header.Configuration.Span, out Configuration? configuration);
        Invariant.Require(valid, "a snapshot that was verified has a readable configuration");
        return new SnapshotMeta(new EntryId(info.Id.Term, info.Id.Index), configuration!);
    }

    private sealed class Outgoing(SnapshotReader reader, SnapshotMeta meta)
    {
        public SnapshotReader Reader => reader;

        public SnapshotMeta Meta => meta;

        public bool IsReading { get; set; }

        public bool IsClosed { get; set; }
    }

    private sealed class Incoming(SnapshotMeta meta, SnapshotWriter writer, IncomingState state)
    {
        public SnapshotMeta Meta => meta;

        public SnapshotWriter Writer => writer;

        public IncomingState State => state;

        public int OnDisk { get; set; }

        public bool Failed { get; set; }

        public bool IsAbandoned { get; set; }

        public bool IsStored { get; set; }
    }
}
