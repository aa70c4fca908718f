using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>Nodes over a network, disks and a clock that a test holds in its hands: a step is a millisecond, unless it says otherwise.</summary>
internal sealed class TestCluster : IDisposable
{
    private const int MaxSteps = 60_000;

    private readonly Dictionary<uint, CrashableDisk> _disks = [];
    private readonly Dictionary<uint, EngineOptions> _options = [];
    private readonly SeededRandom _random = new(20);
    private long _nowMicros = 1_000_000;

    public TestNetwork Network { get; } = new();

    /// <summary>While set, a node without input is given its turn when it asks for it, and not each step.</summary>
    public bool SleepsWhenIdle { get; set; }

    /// <summary>How much time a step is.</summary>
    public int StepMicros { get; set; } = 1000;

    /// <summary>How often nodes were given their turn.</summary>
    public int Wakes { get; private set; }

    public long SegmentBytes { get; init; } = 1 << 20;

    public TestNode this[uint id] => Network.Nodes[AddressOf(id)];

    public IEnumerable<TestNode> Nodes => Network.Nodes.Values;

    public static string AddressOf(uint id) => $"node{id}:1";

    /// <summary>A cluster of so many nodes that has formed, with a leader for each partition.</summary>
    public static TestCluster Formed(int nodes, int partitions, Func<EngineOptions, EngineOptions>? change = null, long segmentBytes = 1 << 20)
    {
        var cluster = new TestCluster { SegmentBytes = segmentBytes };
        for (uint id = 0; id < nodes; id++)
        {
            EngineOptions options = cluster.Options(id, nodes, partitions);
            cluster.Start(id, change is null ? options : change(options));
        }

        cluster.Until(() => cluster.HasLeaders(partitions));
        return cluster;
    }

    public EngineOptions Options(uint id, int nodes, int partitions) => new()
    {
        Self = new NodeId(id),
        Address = AddressOf(id),
        Peers = [.. Enumerable.Range(0, nodes).Where(other => other != id).Select(other => AddressOf((uint)other))],
        Partitions = partitions,
        Replicas = Math.Min(3, nodes),
    };

    public TestNode Start(uint id, EngineOptions options)
    {
        _options[id] = options;
        _disks.TryAdd(id, new CrashableDisk());
        var node = new TestNode(Network, _disks[id], options, _random.NextUInt64(), _nowMicros, SegmentBytes);
        Network.Nodes[options.Address] = node;
        return node;
    }

    /// <summary>The node's machine loses its power; <see cref="Restart"/> brings it back.</summary>
    public void Crash(uint id)
    {
        TestNode node = this[id];
        Network.Nodes.Remove(node.Address);
        Network.Break(node.Address);
        _disks[id].Crash(_random);
        node.Dispose();
    }

    public TestNode Restart(uint id) => Start(id, _options[id]);

    /// <summary>The node's directory is emptied.</summary>
    public void Wipe(uint id) => _disks[id] = new CrashableDisk();

    public long DiskBytes(uint id) => _disks[id].Names.Sum(name => (long)_disks[id].Bytes(name).Length);

    /// <summary>The partition's leader by the word of all nodes that are up; null while they do not agree.</summary>
    public uint? LeaderOf(int partition)
    {
        uint?[] words = [.. Nodes.Select(node => node.LeaderOf(partition)).Distinct()];
        return words.Length == 1 ? words[0] : null;
    }

    public bool HasLeaders(int partitions) => Enumerable.Range(0, partitions).All(partition => LeaderOf(partition) is not null);

    public void Step()
    {
        _nowMicros += StepMicros;
        Network.Deliver(_nowMicros);
        foreach (TestNode node in Nodes.ToArray())
        {
            if (!SleepsWhenIdle || node.IsAwake(_nowMicros))
            {
                Wakes++;
                node.Step(_nowMicros);
            }
        }
    }

    public void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Step();
        }
    }

    /// <summary>Goes on until something is so; a minute of the cluster's time is enough for anything.</summary>
    public void Until(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < MaxSteps, "what was waited for did not come about");
            Step();
        }
    }

    public void Dispose()
    {
        foreach (TestNode node in Nodes)
        {
            node.Dispose();
        }
    }
}
