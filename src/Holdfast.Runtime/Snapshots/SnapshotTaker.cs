using System.Buffers;
using Google.Protobuf;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Space;
using Holdfast.Storage;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Snapshots;

/// <summary>
/// Takes snapshots of the groups' states while writes go on: a bounded piece at a time, at most two pieces ahead of the disk, and
/// one group after the other. A durable snapshot lets the log go.
/// </summary>
internal sealed class SnapshotTaker(
    SnapshotStore store, BulkWork bulk, LogPipeline log, DiskSpace space, Action<Replica> finished, Action<Replica> failed) : IDisposable
{
    private const uint HeaderFormat = 1;
    private const int PieceBytes = 256 * 1024;
    private const int PiecesAhead = 2;

    /// <summary>When writes make a snapshot hold back more than this, it goes ahead of the disk to let go of it.</summary>
    private const long HeldBytesAtEase = 64L * 1024 * 1024;

    private const int PiecesAheadUnderPressure = 64;

    /// <summary>What is kept on the disk is for one after the other (<see cref="SnapshotRoom"/>), so there is one at a time.</summary>
    private const int AtOnce = 1;

    private readonly Dictionary<GroupId, Taking> _taking = [];
    private readonly Queue<Replica> _wanted = new();
    private readonly HashSet<GroupId> _isWanted = [];
    private readonly ArrayBufferWriter<byte> _piece = new(PieceBytes);

    /// <summary>Whether no snapshot is under way or wanted.</summary>
    public bool IsIdle => _taking.Count == 0 && _wanted.Count == 0;

    /// <summary>The bytes of the snapshots under way that are written, or on their way to the disk.</summary>
    public long WrittenBytes => _taking.Values.Sum(taking => taking.Writer.Length);

    /// <summary>Wants a snapshot of a group, soon; nothing happens when one is under way or there is nothing new.</summary>
    public void Want(Replica replica)
    {
        if (!_taking.ContainsKey(replica.Group) && replica.Raft.Applied > replica.SnapshotIndex && _isWanted.Add(replica.Group))
        {
            _wanted.Enqueue(replica);
            StartWanted();
        }
    }

    /// <summary>Gives up a snapshot under way: another state takes the group's place.</summary>
    public void Cancel(Replica replica)
    {
        if (_taking.TryGetValue(replica.Group, out Taking? taking) && !taking.IsCancelled)
        {
            taking.IsCancelled = true;
            taking.FreeState();
            if (taking.OnDisk == 0)
            {
                Abandon(taking);
            }
        }
    }

    /// <summary>Frees the states of snapshots under way; their files are removed when the directory is next opened.</summary>
    public void Dispose()
    {
        foreach (Taking taking in _taking.Values)
        {
            taking.FreeState();
        }
    }

    private void StartWanted()
    {
        while (_taking.Count < AtOnce && _wanted.TryDequeue(out Replica? replica))
        {
            _isWanted.Remove(replica.Group);
            if (replica.Raft.Applied > replica.SnapshotIndex && !_taking.ContainsKey(replica.Group))
            {
                Start(replica);
            }
        }
    }

    private void Start(Replica replica)
    {
        SnapshotMeta meta = replica.Raft.DescribeSnapshot(replica.Raft.Applied);
        var id = new SnapshotId(meta.Id.Index, meta.Id.Term);
        if (store.Unfinished(replica.Group, id) is not null)
        {
            return;
        }

        if (space.Free < SnapshotRoom.NextOf(replica))
        {
            // It would fill the disk and then fail.
            failed(replica);
            return;
        }

        SnapshotWriter writer = store.Begin(replica.Group, id, Describe(meta));
        var taking = new Taking(replica, meta.Id.Index, writer, replica.BeginSnapshot(), new FileRoom(space));
        _taking.Add(replica.Group, taking);
        Step(taking);
    }

    /// <summary>The description that stands in a snapshot's file.</summary>
    public static byte[] Describe(SnapshotMeta meta) => new SnapshotHeader
    {
        Format = HeaderFormat,
        Index = meta.Id.Index.Value,
        Term = meta.Id.Term.Value,
        Configuration = ByteString.CopyFrom(meta.Configuration.Encode()),
    }.ToByteArray();

    private void Step(Taking taking)
    {
        while (!taking.IsWritten && taking.OnDisk < (taking.State.HeldBytes > HeldBytesAtEase ? PiecesAheadUnderPressure : PiecesAhead))
        {
            _piece.ResetWrittenCount();
            taking.IsWritten = taking.State.Step(PieceBytes, _piece);
            if (_piece.WrittenCount > 0)
            {
                int bytes = _piece.WrittenCount;
                taking.OnDisk++;
                taking.Room.Take(bytes);
                bulk.Submit(taking.Writer.Append(_piece.WrittenSpan), work => PieceWritten(taking, bytes, work));
            }
        }

        if (taking.IsWritten && taking.OnDisk == 0)
        {
            taking.FreeState();
            taking.OnDisk++;
            bulk.Submit(taking.Writer.Finish(), work => Finished(taking, (SnapshotFinish)work));
        }
    }

    private void PieceWritten(Taking taking, int bytes, DiskWork work)
    {
        taking.Room.Written(bytes);
        taking.OnDisk--;
        if (work.Failure is not null && !taking.IsCancelled)
        {
            taking.IsCancelled = true;
            taking.FreeState();
        }

        if (!taking.IsCancelled)
        {
            Step(taking);
        }
        else if (taking.OnDisk == 0)
        {
            Abandon(taking);
        }
    }

    private void Finished(Taking taking, SnapshotFinish finish)
    {
        store.Complete(finish);
        taking.Room.End();
        _taking.Remove(taking.Replica.Group);
        if (finish.Failure is null)
        {
            Replica replica = taking.Replica;
            if (taking.Index > replica.SnapshotIndex)
            {
                replica.SnapshotIndex = taking.Index;
                replica.LoggedBytes = Math.Max(0, replica.LoggedBytes - taking.LoggedBytes);
                log.Release(replica);
            }

            finished(replica);
        }
        else
        {
            bulk.Submit(taking.Writer.Abandon(), static _ => { });
            failed(taking.Replica);
        }

        StartWanted();
    }

    private void Abandon(Taking taking)
    {
        taking.Room.End();
        _taking.Remove(taking.Replica.Group);
        bulk.Submit(taking.Writer.Abandon(), static _ => { });
        failed(taking.Replica);
        StartWanted();
    }

    private sealed class Taking(Replica replica, LogIndex index, SnapshotWriter writer, OutgoingState state, FileRoom room)
    {
        private bool _isFreed;

        public Replica Replica => replica;

        public LogIndex Index => index;

        public SnapshotWriter Writer => writer;

        public OutgoingState State => state;

        public FileRoom Room => room;

        public long LoggedBytes { get; } = replica.LoggedBytes;

        public int OnDisk { get; set; }

        public bool IsWritten { get; set; }

        public bool IsCancelled { get; set; }

        public void FreeState()
        {
            if (!_isFreed)
            {
                _isFreed = true;
                state.Dispose();
            }
        }
    }
}
