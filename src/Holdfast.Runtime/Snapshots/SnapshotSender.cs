using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Storage;

namespace Holdfast.Runtime.Snapshots;

/// <summary>Reads pieces of the newest snapshot for followers that the log no longer reaches.</summary>
internal sealed class SnapshotSender(SnapshotStore store, BulkWork bulk, SnapshotTaker taker, Action<Replica> changed)
{
    /// <summary>After so many looks at a disk that lacks room, the file of an old snapshot is let go of that nobody read from.</summary>
    private const int QuietLooks = 20;

    private readonly Dictionary<(GroupId Group, ReplicaId To), Outgoing> _outgoing = [];
    private readonly Dictionary<GroupId, List<SnapshotReadRequest>> _waiting = [];

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

        if (request is { Meta: not null, Offset: 0 } && _outgoing.GetValueOrDefault(key) is { IsReading: false, Reader.IsSuperseded: true })
        {
            // The follower is to begin again: then with the newest, which may fit where this one did not.
            Close(key);
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
        outgoing.QuietLooks = 0;
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

    /// <summary>The disk lacks room: snapshots that were replaced, and that nobody reads any more, are let go of. Their followers are to begin with the newest.</summary>
    public void MakeRoom()
    {
        foreach (((GroupId, ReplicaId) key, Outgoing outgoing) in _outgoing.ToArray())
        {
            if (outgoing is { IsReading: false, Reader.IsSuperseded: true } && ++outgoing.QuietLooks > QuietLooks)
            {
                Close(key);
            }
        }
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

        /// <summary>How often the disk lacked room since it was read.</summary>
        public int QuietLooks { get; set; }

        public bool IsClosed { get; set; }
    }
}
