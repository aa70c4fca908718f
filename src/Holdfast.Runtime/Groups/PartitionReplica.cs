using System.Buffers;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Time;
using KeyspaceState = Holdfast.Keyspace.Keyspace;

namespace Holdfast.Runtime.Groups;

/// <summary>This node's replica of a partition.</summary>
internal sealed partial class PartitionReplica : Replica
{
    private readonly Func<KeyspaceLoader> _newLoader;
    private readonly List<PendingWrite> _taken = [];
    private readonly List<PendingRequest> _ready = new(KeyPrefetch.Capacity);
    private readonly NodeId _self;

    public PartitionReplica(
        GroupId group, RaftNode raft, KeyspaceState state, SlotRange slots, Func<KeyspaceLoader> newLoader, ClusterClock clock)
        : base(group, raft)
    {
        _newLoader = newLoader;
        _self = raft.Id.Node;
        Machine = new PartitionMachine(state, group.Partition, slots, _self, clock);
    }

    /// <summary>The keys and values.</summary>
    public PartitionMachine Machine { get; }

    /// <summary>Proposals that wait for their commit.</summary>
    public WriteQueue Writes { get; } = new();

    /// <summary>The last entry proposed to move group time; another follows once it is applied, or lost with its term.</summary>
    public EntryId LastAdvance { get; set; }

    /// <summary>Reads that wait for their confirmation or turn.</summary>
    public ReadQueue Reads { get; } = new();

    /// <inheritdoc/>
    public override long StateBytes => Machine.State.LogicalBytes;

    /// <inheritdoc/>
    public override long SnapshotBytes => Machine.State.SnapshotBytes;

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<Entry> committed)
    {
        for (int first = 0; first < committed.Length; first += KeyPrefetch.Capacity)
        {
            ReadOnlySpan<Entry> next = committed[first..Math.Min(first + KeyPrefetch.Capacity, committed.Length)];
            Prefetch(next);
            base.Apply(next);
        }
    }

    /// <inheritdoc/>
    protected override void Apply(in Entry entry)
    {
        while (Reads.Count > 0 && Reads.TryTakeBefore(entry.Id, out PendingRequest read))
        {
            Answer(read);
        }

        bool mine = Writes.TryTake(entry.Id, _taken, out PendingWrite write);
        if (entry.Kind == EntryKind.Command)
        {
            Reply reply = mine
                ? Machine.Apply(entry.Data.Span, write.Operation, (write.Flags & RequestFlags.ReturnOld) != RequestFlags.None)
                : Machine.Apply(entry.Data.Span, Operation.Put, returnsOld: false);
            if (mine)
            {
                reply.Id = write.Id;
                write.Session.Reply(reply);
            }
        }

        foreach (PendingWrite lost in _taken)
        {
            lost.Session.RefuseNotLeader(
                _self, lost.Id, Raft.Leader?.Node, "leadership changed before the write was replicated; it was dropped");
        }

        _taken.Clear();
    }

    /// <summary>Answers all reads that may be answered from the state as it is now.</summary>
    public void AnswerReads()
    {
        while (TakeReady())
        {
            Prefetch(_ready);
            foreach (PendingRequest read in _ready)
            {
                Answer(read);
            }

            _ready.Clear();
        }
    }

    /// <summary>Answers a read from the state as it is now, and releases it.</summary>
    public void Answer(in PendingRequest read)
    {
        Request request = read.Decode();
        read.Session.Reply(Machine.Read(request, SlotOf(request)));
        read.Release();
    }

    private bool TakeReady()
    {
        while (_ready.Count < KeyPrefetch.Capacity && Reads.TryTakeReady(Raft.Applied, out PendingRequest read))
        {
            _ready.Add(read);
        }

        return _ready.Count > 0;
    }

    private void Prefetch(ReadOnlySpan<Entry> entries)
    {
        if (entries.Length > 1)
        {
            var keys = new KeyPrefetch(Machine.State);
            foreach (ref readonly Entry entry in entries)
            {
                if (entry.Kind == EntryKind.Command)
                {
                    keys.Add(entry.Data.Span);
                }
            }

            keys.Run();
        }
    }

    private void Prefetch(List<PendingRequest> reads)
    {
        if (reads.Count > 1)
        {
            var keys = new KeyPrefetch(Machine.State);
            foreach (PendingRequest read in reads)
            {
                if (read.Operation.HasKey())
                {
                    Request request = read.Decode();
                    keys.Add(SlotOf(request), request.Key);
                }
            }

            keys.Run();
        }
    }

    /// <summary>The slot that a request's key is in; of a request without a key, any.</summary>
    public Slot SlotOf(in Request request) => request.Operation.HasKey() ? SlotHash.Of(request.Key, PartitionBy) : default;

    /// <summary>What decides a key's slot.</summary>
    public PartitionBy PartitionBy { get; init; }

    /// <inheritdoc/>
    public override void Install(SnapshotMeta meta, IncomingState state)
    {
        var incoming = (IncomingKeyspace)state;
        Machine.Replace(incoming.Take());
        Writes.TakeThrough(meta.Id.Index, _taken);
        foreach (PendingWrite write in _taken)
        {
            write.Session.Refuse(
                _self, write.Id, FaultCode.Timeout, Outcome.Unknown, "a snapshot took the place of the entry: it may have been applied");
        }

        _taken.Clear();
    }

    /// <inheritdoc/>
    public override IncomingState BeginReceive() => new IncomingKeyspace(_newLoader());

    /// <inheritdoc/>
    public override OutgoingState BeginSnapshot() => new OutgoingKeyspace(Machine.State.BeginSnapshot());

    private sealed class IncomingKeyspace(KeyspaceLoader loader) : IncomingState
    {
        public override bool Feed(ReadOnlySpan<byte> piece, out string problem)
        {
            try
            {
                loader.Feed(piece);
                problem = "";
                return true;
            }
            catch (SnapshotFormatException malformed)
            {
                problem = malformed.Message;
                return false;
            }
        }

        public KeyspaceState Take() => loader.Complete();

        public override void Dispose() => loader.Dispose();
    }

    private sealed class OutgoingKeyspace(SnapshotWalk walk) : OutgoingState
    {
        public override long HeldBytes => walk.PendingBytes;

        public override bool Step(int maxBytes, IBufferWriter<byte> output) => walk.Step(maxBytes, output);

        public override void Dispose() => walk.Dispose();
    }
}
