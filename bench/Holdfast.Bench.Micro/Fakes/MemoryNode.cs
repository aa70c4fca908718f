using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Resp;
using Holdfast.Runtime;
using Holdfast.Runtime.Recovery;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>
/// A node of a <see cref="MemoryCluster"/>: all of a server but its sockets and its disk. What is in their place allocates nothing once
/// its buffers have grown.
/// </summary>
internal sealed class MemoryNode : IRequestGate, ITransport, IDiskLanes, IRespClock, IDisposable
{
    private const long WallClockOriginMs = 1_700_000_000_000;

    private readonly MemoryCluster _cluster;
    private readonly MemoryDisk _disk = new();
    private readonly KeyspaceArena _arena = new();
    private readonly Queue<DiskWork> _work = new();
    private readonly List<int> _opened = [];
    private FrameBuffer _inbox = new();
    private FrameBuffer _reading = new();
    private long _nowMicros;

    public MemoryNode(MemoryCluster cluster, uint id, int nodes, int partitions, long nowMicros)
    {
        _cluster = cluster;
        _nowMicros = nowMicros;
        Address = AddressOf(id);

        // A log in memory that is soon full: what a write adds then takes the place of what was there.
        var options = new EngineOptions
        {
            Self = new NodeId(id),
            Address = Address,
            Peers = [.. Enumerable.Range(0, nodes).Where(other => other != id).Select(other => AddressOf((uint)other))],
            Partitions = partitions,
            Replicas = nodes,
            Raft = new RaftOptions { MaxLogBytes = 1 << 20 },
        };
        var random = new SeededRandom(id + 1);
        RecoveredNode recovered = NodeRecovery.Open(_disk, options, _arena, 64 << 20, synced: true, random);
        Engine = new Engine(options, recovered, _arena, this, this, random, nowMicros);
        Engine.ReportDisk(new DiskHealth(long.MaxValue, 0, 0, false));
    }

    public Engine Engine { get; }

    public string Address { get; }

    /// <summary>How many partitions it leads, by its own word. Not by its view: a node makes views for as long as somebody looks.</summary>
    public int Led => Enumerable.Range(0, PartitionCount).Count(Leads);

    public int PartitionCount => Engine.PartitionCount;

    public int MaxValueBytes => Engine.MaxValueBytes;

    public long UnixTimeMicroseconds => (WallClockOriginMs * 1_000) + _nowMicros;

    public long MonotonicMs => _nowMicros / 1_000;

    /// <summary>A connection of a Redis client.</summary>
    public RespSession Connect(IRespOutput output) =>
        new(new RespOptions(), new RespServer(this, Engine.View, this, new RespIdentity { RunId = "bench", Port = 1 }), output);

    /// <summary>One iteration of the node's loop.</summary>
    public void Step(long nowMicros)
    {
        _nowMicros = nowMicros;
        Engine.SetTime(nowMicros);
        Engine.SetWallClock(UnixTimeMicroseconds / 1_000);
        (_reading, _inbox) = (_inbox, _reading);
        while (_reading.TryTake(out ReadOnlySpan<byte> frame))
        {
            Engine.Receive(frame);
        }

        Engine.Tick(nowMicros);
        Flush();
        while (_work.TryDequeue(out DiskWork? work))
        {
            work.Execute(_disk);
            Engine.Complete(work);
        }

        Flush();
    }

    public IRequestSession Open(IReplySink sink) => Engine.Open(sink);

    public PeerHandle Open(string address)
    {
        _opened.Add(int.Parse(address.AsSpan("node".Length, 1), CultureInfo.InvariantCulture));
        return new PeerHandle(_opened.Count - 1);
    }

    public void Close(PeerHandle peer)
    {
    }

    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame)
    {
        _cluster[_opened[peer.Value]]._inbox.Add(frame);
        return true;
    }

    public void Submit(DiskLane lane, DiskWork work) => _work.Enqueue(work);

    public void Dispose()
    {
        Engine.Dispose();
        _arena.Dispose();
    }

    /// <summary>Whether it leads a partition, by its own word.</summary>
    public bool Leads(int partition) => Engine.Routes.LeaderOf(new PartitionId((uint)partition)) is { } leader && leader == Engine.Routes.Self;

    /// <summary>The partition that a key is in.</summary>
    public uint PartitionOf(ReadOnlySpan<byte> key) => Engine.Routes.PartitionOf(Engine.Routes.SlotOf(key)).Value;

    private static string AddressOf(uint id) => $"node{id}:1";

    private void Flush()
    {
        do
        {
            Engine.Flush();
        }
        while (Engine.HasWork);

        Engine.SubmitLog();
    }

    /// <summary>Frames one after the other, each after its length.</summary>
    private sealed class FrameBuffer
    {
        private byte[] _bytes = new byte[1 << 20];
        private int _read;
        private int _written;

        public void Add(ReadOnlySpan<byte> frame)
        {
            int end = _written + sizeof(int) + frame.Length;
            if (end > _bytes.Length)
            {
                Array.Resize(ref _bytes, 2 * end);
            }

            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_written), frame.Length);
            frame.CopyTo(_bytes.AsSpan(_written + sizeof(int)));
            _written = end;
        }

        /// <summary>The next frame, valid until the buffer is added to; once all are taken it is empty again.</summary>
        public bool TryTake(out ReadOnlySpan<byte> frame)
        {
            if (_read == _written)
            {
                _read = _written = 0;
                frame = default;
                return false;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_read));
            frame = _bytes.AsSpan(_read + sizeof(int), length);
            _read += sizeof(int) + length;
            return true;
        }
    }
}
