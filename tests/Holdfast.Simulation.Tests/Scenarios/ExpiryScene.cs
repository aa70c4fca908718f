using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>Three nodes and one partition, whose keys are given deadlines by hand.</summary>
internal sealed class ExpiryScene : IDisposable
{
    private static readonly GroupId Group = new PartitionId(0).Group;

    private readonly History _history = new();
    private readonly List<GroupFacts> _facts = [];
    private readonly SeededRandom _random;

    /// <param name="seed">The seed of the world.</param>
    /// <param name="factory">What makes the nodes.</param>
    /// <param name="error">By how many ms the clock of node 0 is wrong from the start.</param>
    public ExpiryScene(ulong seed, ISimNodeFactory? factory = null, long error = 0)
    {
        World = new World(seed, new WorldOptions { Nodes = 3, Partitions = 1 }, factory ?? new EngineFactory());
        _random = new SeededRandom(seed);
        foreach (SimHost host in World.Hosts)
        {
            host.Clock.JumpWall(-host.Clock.SetByMicros);
        }

        World.Hosts[0].Clock.JumpWall(error * VirtualTime.Millisecond);
        World.StartFounders();
        Until(() => Convergence.Missing(World) is null && World.Hosts.All(host => Of(host) is not null));
    }

    public World World { get; }

    /// <summary>The node that leads the partition.</summary>
    public SimHost Leader => World.Hosts.First(Leads);

    /// <summary>The time, as clocks say that are right.</summary>
    public long UnixMs => SimClock.EpochMs + (World.Now / VirtualTime.Millisecond);

    public ClientOperation Put(SimHost at, string key, Expiry expiry) => Answer(() => ScriptedCall.Put(World, _history, at, key, expiry));

    public ClientOperation Get(SimHost at, string key) => Answer(() => ScriptedCall.Get(World, _history, at, key));

    /// <summary>The partition's replica on a node.</summary>
    public GroupFacts? Of(SimHost host)
    {
        _facts.Clear();
        host.Node?.ReadGroups(_facts);
        int at = _facts.FindIndex(f => f.Group == Group);
        return at < 0 ? null : _facts[at];
    }

    /// <summary>The last index of each group of each node.</summary>
    public LogIndex[] LastIndexes()
    {
        _facts.Clear();
        foreach (SimHost host in World.Hosts)
        {
            host.Node?.ReadGroups(_facts);
        }

        return [.. _facts.Select(f => f.Last)];
    }

    public bool Leads(SimHost host) => Of(host) is { Role: GroupRole.Leader };

    /// <summary>Hands leadership over until a node that satisfies the condition leads.</summary>
    public void MakeLead(Func<SimHost, bool> chosen)
    {
        Until(
            () =>
            {
                SimHost[] leaders = [.. World.Hosts.Where(Leads)];
                if (leaders.Length == 1 && !chosen(leaders[0]))
                {
                    leaders[0].TryControl(ControlAction.TransferLeadership, _random);
                }

                return leaders.Length == 1 && chosen(leaders[0]);
            },
            every: 50 * VirtualTime.Millisecond);
    }

    /// <summary>Lets time pass.</summary>
    public void Run(long seconds)
    {
        World.Run(World.Now + (seconds * VirtualTime.Second));
        AssertSound();
    }

    public void Until(Func<bool> condition, long every = VirtualTime.Millisecond, long longest = 20 * VirtualTime.Second)
    {
        bool holds = World.RunUntil(condition, World.Now + longest, every);
        AssertSound();
        Assert.True(holds, $"seed {World.Seed}: what the scenario waits for did not happen by {World.Now} µs");
    }

    public void Dispose() => World.Dispose();

    private ClientOperation Answer(Func<ScriptedCall> ask)
    {
        ScriptedCall call = ask();
        Until(() =>
        {
            call = call.Answer is { Outcome: not OperationOutcome.Done } ? ask() : call;
            return call.Answer is { Outcome: OperationOutcome.Done };
        });
        return call.Answer!;
    }

    private void AssertSound() => Assert.True(World.Violation is null, World.Violation?.Report(World.Trace));
}
