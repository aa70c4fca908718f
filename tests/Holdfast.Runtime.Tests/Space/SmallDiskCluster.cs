using System.Text;
using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Space;

/// <summary>Three nodes with disks that a few hundred values fill, and clients that ask one request after the other.</summary>
internal sealed class SmallDiskCluster : IDisposable
{
    public const int Nodes = 3;
    private const int StepsALook = 500;
    private const int MaxSteps = 20_000;
    private const uint TimeoutMs = 15_000;

    private readonly IRequestSession[] _sessions = new IRequestSession[Nodes];
    private readonly RecordingSink[] _sinks = new RecordingSink[Nodes];
    private readonly TestCluster _cluster;
    private readonly int _valueBytes;
    private readonly long _diskBytes;
    private ulong _lastId;

    public SmallDiskCluster(long diskBytes = 2 << 20, int valueBytes = 8 * 1024, int partitions = 2, long segmentBytes = 16 * 1024)
    {
        _valueBytes = valueBytes;
        _diskBytes = diskBytes;
        _cluster = TestCluster.Formed(
            Nodes,
            partitions,
            options => options with
            {
                MaxHistoryBytesOfAll = 128 * 1024,
                MaxHistoryBytes = 1 << 20,
                SnapshotLogBytes = 1 << 20,
                Raft = options.Raft with { MaxTrailingBytes = 64 * 1024, MaxLogBytes = 128 * 1024, MinLogBytes = 16 * 1024 },
            },
            segmentBytes);
        for (uint id = 0; id < Nodes; id++)
        {
            _cluster[id].Disk.Capacity = diskBytes;
            _cluster[id].ReportDisk();
            Open(id);
        }
    }

    public TestNode this[int id] => _cluster[(uint)id];

    public void Step() => _cluster.Step();

    public void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Step();
        }
    }

    /// <summary>Whether a node has applied all that any node has.</summary>
    public bool IsCaughtUp(int node) => _cluster.Nodes.All(other =>
        other.Engine.Replicas.Zip(this[node].Engine.Replicas).All(pair => pair.Second.Raft.Applied >= pair.First.Raft.Applied));

    public void SnapshotAll(int node)
    {
        foreach (Holdfast.Runtime.Groups.Replica replica in this[node].Engine.Replicas)
        {
            this[node].Engine.ForceSnapshot(replica);
        }
    }

    public KeptReply Put(int node, string key) => Ask(node, id => Fakes.Requests.Put(id, key, ValueOf(key), timeoutMs: TimeoutMs));

    public KeptReply Delete(int node, string key) => Ask(
        node, id => Fakes.Requests.Encode(new Request { Id = id, Operation = Operation.Delete, Key = Encoding.UTF8.GetBytes(key), TimeoutMs = TimeoutMs }));

    /// <summary>Asks until it is done; what is refused or times out is asked again for a minute.</summary>
    public void Insist(Func<KeptReply> ask)
    {
        for (int tries = 0; ; tries++)
        {
            KeptReply reply = ask();
            if (reply.IsDone)
            {
                return;
            }

            Assert.True(tries < 60, $"refused for a minute: {reply.Fault}; {this}");
            Steps(1000);
        }
    }

    /// <summary>Writes keys until one is refused because the disk is full; gives those that were acknowledged.</summary>
    public List<string> Fill(Action<int>? before = null, Func<int, int>? via = null)
    {
        List<string> acknowledged = [];
        for (int i = 0; i < 2 * _diskBytes / _valueBytes; i++)
        {
            before?.Invoke(i);
            string key = $"key-{i}";
            KeptReply reply = Put(via?.Invoke(i) ?? i % Nodes, key);
            if (reply.Fault == FaultCode.DiskFull)
            {
                Assert.Equal(Outcome.NotApplied, reply.Outcome);
                return acknowledged;
            }

            if (reply.IsDone)
            {
                acknowledged.Add(key);
            }
        }

        throw new InvalidOperationException($"the disk never filled: {this}");
    }

    /// <summary>All machines lose their power at once, and come back.</summary>
    public void CrashAll()
    {
        for (uint id = 0; id < Nodes; id++)
        {
            _cluster.Crash(id);
        }

        for (uint id = 0; id < Nodes; id++)
        {
            _cluster.Restart(id);
            Open(id);
        }
    }

    public void Holds(IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            KeptReply reply = Ask(1, id => Fakes.Requests.Get(id, key));
            Assert.True(reply.IsDone, $"{key}: {reply.Fault}; {this}");
            Assert.Equal(ValueOf(key), reply.Payload);
        }
    }

    public override string ToString() => string.Join("; ", _cluster.Nodes.Select(Describe));

    public void Dispose() => _cluster.Dispose();

    private static string Describe(TestNode node)
    {
        long log = node.Disk.Names.Where(name => name.StartsWith("log/", StringComparison.Ordinal)).Sum(name => (long)node.Disk.Bytes(name).Length);
        IEnumerable<string> others = node.Disk.Names
            .Where(name => !name.StartsWith("log/", StringComparison.Ordinal))
            .Select(name => $"{name} {node.Disk.Bytes(name).Length / 1024}K");
        return $"{node.Address} {node.Disk.FreeBytes / 1024}K free, log {log / 1024}K, {string.Join(' ', others)}";
    }

    private KeptReply Ask(int node, Func<ulong, byte[]> request)
    {
        ulong id = ++_lastId;
        _sessions[node].Submit(request(id));
        for (int i = 0; i < MaxSteps; i++)
        {
            Step();
            if (_sinks[node].Find(id) is { } reply)
            {
                _sinks[node].Replies.Clear();
                return reply;
            }
        }

        throw new InvalidOperationException($"request {id} was never answered: {this}");
    }

    private void Open(uint id)
    {
        _cluster[id].StepsALook = StepsALook;
        _sinks[id] = new RecordingSink();
        _sessions[id] = _cluster[id].Engine.Open(_sinks[id]);
    }

    private string ValueOf(string key) => key.PadRight(_valueBytes, 'x');
}
