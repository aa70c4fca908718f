using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>A node that does what a test tells it and remembers what reached it.</summary>
internal sealed class ScriptedNode : ISimNode
{
    private readonly PeerHandle[] _peers;

    public ScriptedNode(NodeEnvironment environment)
    {
        Environment = environment;
        _peers = environment.Founders.Select(environment.Transport.Open).ToArray();
    }

    public NodeEnvironment Environment { get; }

    public List<string> Frames { get; } = [];

    public List<string> Connections { get; } = [];

    public List<DiskWork> WorkDone { get; } = [];

    public List<long> Ticks { get; } = [];

    public List<GroupFacts> Groups { get; } = [];

    public Dictionary<LogIndex, EntryFacts> Entries { get; } = [];

    public int Flushes { get; private set; }

    public bool HasStopped { get; set; }

    public bool HasWork => FlushesToCome > 0;

    public int FlushesToCome { get; set; }

    public bool IsDisposed { get; private set; }

    public Action? OnNextTick { get; set; }

    public void OnTick(long nowMicros)
    {
        Ticks.Add(nowMicros);
        Action? action = OnNextTick;
        OnNextTick = null;
        action?.Invoke();
    }

    public void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame) => Frames.Add(Encoding.ASCII.GetString(frame));

    public void OnPeerConnection(PeerHandle peer, TransportLane lane, bool isUp)
    {
        if (lane == TransportLane.Entries)
        {
            Connections.Add($"{peer.Value} {(isUp ? "up" : "down")}");
        }
    }

    public void OnDiskWorkDone(DiskWork work) => WorkDone.Add(work);

    public IRequestSession Open(IReplySink sink) => throw Invariant.Unreachable("a scripted node has no clients");

    public void Flush()
    {
        Flushes++;
        FlushesToCome = Math.Max(0, FlushesToCome - 1);
    }

    public void Dispose() => IsDisposed = true;

    public bool TryControl(ControlAction action, SeededRandom random) => false;

    public void ReadGroups(List<GroupFacts> groups) => groups.AddRange(Groups);

    public bool TryReadEntry(GroupId group, LogIndex index, out EntryFacts entry) => Entries.TryGetValue(index, out entry);

    public bool Send(int to, string frame) =>
        Environment.Transport.Send(_peers[to], TransportLane.Entries, Encoding.ASCII.GetBytes(frame));
}

/// <summary>A world of scripted nodes, all of them up.</summary>
internal sealed class ScriptedWorld : ISimNodeFactory
{
    public ScriptedWorld(ulong seed = 1, int nodes = 3)
    {
        World = new World(seed, new WorldOptions { Nodes = nodes }, this);
        World.StartFounders();
        World.Run(VirtualTime.Second);
    }

    public World World { get; }

    public ScriptedNode this[int node] => (ScriptedNode)World.Hosts[node].Node!;

    public bool Supports(FaultKind kind) => true;

    public ISimNode Start(NodeEnvironment environment) => new ScriptedNode(environment);

    public void RunFor(long micros) => World.Run(World.Now + micros);
}
