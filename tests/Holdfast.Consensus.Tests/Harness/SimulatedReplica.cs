using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>One replica as an engine would run it: a node, its disk, and a state machine that is a hash of all it applied.</summary>
internal sealed class SimulatedReplica
{
    private readonly SafetyChecker _checker;
    private readonly RaftOptions _options;
    private readonly SeededRandom _random;
    private readonly RaftClock _clock = new();
    private readonly List<byte> _incoming = [];
    private readonly List<(ReplicaId To, SnapshotMeta? Meta, ulong Offset, int MaxBytes)> _reads = [];

    public SimulatedReplica(ReplicaId id, Configuration initial, RaftOptions options, SafetyChecker checker, SeededRandom random)
    {
        Id = id;
        _checker = checker;
        _options = options;
        _random = random;
        Disk = new SimulatedDisk(initial);
        Node = Start(Disk.Crash(0));
    }

    public ReplicaId Id { get; }

    public RaftNode Node { get; private set; }

    public SimulatedDisk Disk { get; }

    public ulong State { get; private set; }

    public bool IsUp { get; private set; } = true;

    public int Restarts { get; private set; }

    public List<ReadGrant> Grants { get; } = [];

    public List<ulong> RejectedReads { get; } = [];

    public int SnapshotsInstalled { get; private set; }

    /// <summary>Carries out what the node asks for, writes aside; returns what it sends.</summary>
    public List<Message> HandleReady()
    {
        Ready ready = Node.TakeReady();
        if (ready.InstallSnapshot is { } meta)
        {
            Assert.Equal(meta, Disk.Snapshot.Meta);
            State = BinaryPrimitives.ReadUInt64LittleEndian(Disk.Snapshot.Bytes);
            _checker.OnInstalled(this, meta.Id.Index);
            SnapshotsInstalled++;
        }

        _checker.OnReady(this, ready);
        Disk.Begin(ready);
        List<Message> sent = [.. ready.Messages.ToArray().Select(message => Copies.Of(message))];
        Grants.AddRange(ready.ReadGrants);
        RejectedReads.AddRange(ready.RejectedReads);
        foreach (SnapshotReadRequest read in ready.SnapshotReads)
        {
            _reads.Add((read.To, read.Meta, read.Offset, read.MaxBytes));
        }

        SnapshotWriteRequest[] writes = [.. ready.SnapshotWrites.ToArray().Select(write => write with { Data = write.Data.ToArray() })];
        Apply(ready.Committed.Span);
        foreach (SnapshotWriteRequest write in writes)
        {
            Store(write);
        }

        return sent;
    }

    /// <summary>Answers the snapshot reads that were asked for.</summary>
    public void AnswerSnapshotReads()
    {
        foreach ((ReplicaId to, SnapshotMeta? meta, ulong offset, int maxBytes) in _reads)
        {
            if (meta is null && Disk.Snapshot.Meta.Id.Index < Node.FirstIndex.Previous)
            {
                TakeSnapshot();
            }

            StoredSnapshot snapshot = Disk.Snapshot;
            if (meta is not null && meta.Id != snapshot.Meta.Id)
            {
                Node.SnapshotUnavailable(to);
                continue;
            }

            int length = Math.Min(maxBytes, snapshot.Bytes.Length - (int)offset);
            Memory<byte> data = snapshot.Bytes.AsMemory((int)offset, length);
            Node.SnapshotRead(to, snapshot.Meta, offset, data, (int)offset + length == snapshot.Bytes.Length);
        }

        _reads.Clear();
    }

    /// <summary>Writes a snapshot of what is applied, and forgets the log up to there.</summary>
    public void TakeSnapshot()
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, State);
        if (Node.Applied > Disk.Snapshot.Meta.Id.Index)
        {
            Disk.Store(new StoredSnapshot(Node.DescribeSnapshot(Node.Applied), bytes));
        }

        Node.Compact(Node.Applied);
    }

    public void Tick() => Node.Tick(_clock);

    public void CompleteOneWrite()
    {
        if (Disk.Underway > 0)
        {
            Node.Persisted(Disk.CompleteOne());
        }
    }

    public void Crash(int survivors = 0)
    {
        IsUp = false;
        Disk.Crash(Math.Min(survivors, Disk.Underway));
    }

    public void Restart()
    {
        IsUp = true;
        Restarts++;
        _incoming.Clear();
        _reads.Clear();
        Node = Start(Disk.Crash(0));
    }

    public override string ToString() => Node.ToString();

    private RaftNode Start(RestoredState state)
    {
        State = BinaryPrimitives.ReadUInt64LittleEndian(Disk.Snapshot.Bytes);
        return new RaftNode(_options, Id, state, _random.Fork(), _clock);
    }

    private void Apply(ReadOnlySpan<Entry> committed)
    {
        foreach (ref readonly Entry entry in committed)
        {
            State = _checker.OnApplied(this, entry, State);
        }

        if (!committed.IsEmpty)
        {
            Node.AppliedTo(committed[^1].Id.Index);
        }
    }

    private void Store(SnapshotWriteRequest write)
    {
        if (write.Offset == 0)
        {
            _incoming.Clear();
        }

        Assert.Equal((ulong)_incoming.Count, write.Offset);
        _incoming.AddRange(write.Data.Span);
        Node.SnapshotWritten(write.Meta, write.Offset + (ulong)write.Data.Length);
        if (write.Last)
        {
            if (write.Meta.Id.Index > Disk.Snapshot.Meta.Id.Index)
            {
                Disk.Store(new StoredSnapshot(write.Meta, [.. _incoming]));
            }

            Node.SnapshotStored(write.Meta);
        }
    }
}
