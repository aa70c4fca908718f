using System.Text;
using BenchmarkDotNet.Attributes;
using Holdfast.Api;
using Holdfast.Bench.Micro.Fakes;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Resp;
using Holdfast.Runtime;
using Holdfast.Runtime.Recovery;

namespace Holdfast.Bench.Micro;

/// <summary>
/// From the bytes of 16 pipelined commands to the bytes of their replies, through session, engine, consensus, log and keyspace of a
/// cluster of one node: all of a server but its sockets and its disk.
/// </summary>
public class WholePathBenchmarks : IDisposable
{
    private const int Commands = 16;

    private readonly FixedOutput _output = new();
    private readonly LoneHost _host = new();
    private readonly byte[] _sets = Pipeline(i => $"*3\r\n$3\r\nSET\r\n$6\r\nkey:{i:00}\r\n$256\r\n{new string('v', 256)}\r\n");
    private readonly byte[] _gets = Pipeline(i => $"*2\r\n$3\r\nGET\r\n$6\r\nkey:{i:00}\r\n");
    private RespSession _session = null!;

    [GlobalSetup]
    public void Start()
    {
        _host.Form();
        var server = new RespServer(_host, _host.Engine.View, _host, new RespIdentity { RunId = "bench", Port = 1 });
        _session = new RespSession(new RespOptions(), server, _output);
        Set();
    }

    [Benchmark(OperationsPerInvoke = Commands)]
    public long Set() => Run(_sets, Commands * "+OK\r\n".Length);

    [Benchmark(OperationsPerInvoke = Commands)]
    public long Get() => Run(_gets, Commands * ("$256\r\n".Length + 256 + 2));

    [GlobalCleanup]
    public void Dispose()
    {
        _session?.Dispose();
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    private long Run(byte[] commands, int replyBytes)
    {
        _output.Clear();
        int used = 0;
        for (int round = 0; used < commands.Length || _output.Count < replyBytes; round++)
        {
            used += used < commands.Length ? _session.Consume(commands.AsSpan(used)) : 0;
            _host.Step();
            Invariant.Require(round < 1_000, "a node alone answers soon");
        }

        return _output.Count == replyBytes ? used : throw new InvalidOperationException(Encoding.UTF8.GetString(_output.Written));
    }

    private static byte[] Pipeline(Func<int, string> command) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Commands).Select(command)));
}

/// <summary>A node without sockets, whose disk and clock are memory.</summary>
internal sealed class LoneHost : IRequestGate, ITransport, IDiskLanes, IRespClock, IDisposable
{
    /// <summary>Little, so that what a node does each 100 ms, whatever the load, does not count as the cost of requests.</summary>
    private const long StepMicros = 20;

    private readonly MemoryDisk _disk = new();
    private readonly KeyspaceArena _arena = new();
    private readonly Queue<DiskWork> _work = new();
    private long _nowMicros = 1_000_000;

    public LoneHost()
    {
        // A log in memory that is soon full: what a write adds then takes the place of what was there.
        var options = new EngineOptions
        {
            Self = new NodeId(0),
            Address = "node0:1",
            Partitions = 1,
            Replicas = 1,
            Raft = new RaftOptions { MaxLogBytes = 1 << 20 },
        };
        var random = new SeededRandom(1);
        RecoveredNode recovered = NodeRecovery.Open(_disk, options, _arena, 64 << 20, synced: true, random);
        Engine = new Engine(options, recovered, _arena, this, this, random, _nowMicros);
        Engine.ReportDisk(new DiskHealth(long.MaxValue, 0, false));
    }

    public Engine Engine { get; }

    public int PartitionCount => Engine.PartitionCount;

    public int MaxValueBytes => Engine.MaxValueBytes;

    public long UnixTimeMicroseconds => _nowMicros;

    public long MonotonicMs => _nowMicros / 1000;

    /// <summary>Goes on until the node leads its partition.</summary>
    public void Form()
    {
        for (int step = 0; Engine.View.Current.Partitions is not [{ Leader: 0 }]; step++)
        {
            Invariant.Require(step < 1_000_000, "a node alone forms a cluster");
            Step();
        }
    }

    /// <summary>One iteration of the node's loop.</summary>
    public void Step()
    {
        _nowMicros += StepMicros;
        Engine.Tick(_nowMicros);
        Flush();
        while (_work.TryDequeue(out DiskWork? work))
        {
            work.Execute(_disk);
            Engine.Complete(work);
        }

        Flush();
    }

    public IRequestSession Open(IReplySink sink) => Engine.Open(sink);

    public PeerHandle Open(string address) => throw new InvalidOperationException("a node alone has no peers");

    public void Close(PeerHandle peer)
    {
    }

    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame) => false;

    public void Submit(DiskLane lane, DiskWork work) => _work.Enqueue(work);

    public void Dispose()
    {
        Engine.Dispose();
        _arena.Dispose();
    }

    private void Flush()
    {
        do
        {
            Engine.Flush();
        }
        while (Engine.HasWork);

        Engine.SubmitLog();
    }
}
