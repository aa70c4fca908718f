using System.Text;
using Holdfast.Placement;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A cluster, its network, its disks and its time, all of which are functions of one seed. It runs on one thread, and what
/// happens at one moment of virtual time happens in a fixed order, so the same seed gives the same events to the byte.
/// </summary>
public sealed class World : IDisposable
{
    private readonly EventQueue _events = new();
    private readonly List<SimHost> _hosts = [];
    private readonly List<GroupFacts> _facts = [];

    /// <summary>A world in which nothing runs yet.</summary>
    public World(ulong seed, WorldOptions options, ISimNodeFactory factory)
    {
        Seed = seed;
        Options = options;
        Factory = factory;
        Trace = new Trace(options.TraceCapacity);
        SeededRandom random = new(seed);
        Random = random.Fork();
        int founders = options.Nodes ?? (random.Chance(0.5) ? 3 : 5);
        Founders = Enumerable.Range(0, founders).Select(AddressOf).ToArray();
        Network = new SimNetwork(this, founders + options.SpareNodes, random.Fork());
        for (int i = 0; i < founders + options.SpareNodes; i++)
        {
            SimHost host = new(this, new NodeId((uint)i), AddressOf(i), joins: i >= founders, random.Fork());
            _hosts.Add(host);
            Network.Register(host);
        }

        KeepsAllHistory = random.Chance(0.7);
        if (random.Chance(0.2))
        {
            // Wrong from the start, which no jump tells anyone.
            random.Pick(_hosts).Clock.JumpWall(NodeFaults.SomeJump(random));
        }
    }

    /// <summary>The number that all else follows from.</summary>
    public ulong Seed { get; }

    /// <summary>What the world is made of.</summary>
    public WorldOptions Options { get; }

    /// <summary>Whether partitions keep all changes that a run makes, so that no watch sees a gap; else so few that many do.</summary>
    public bool KeepsAllHistory { get; }

    /// <summary>How many bytes of its changes each partition keeps.</summary>
    public long HistoryBytes => KeepsAllHistory ? 1L << 30 : 2_048;

    /// <summary>Virtual time in µs.</summary>
    public long Now { get; private set; }

    /// <summary>
    /// The moment in µs from which so many wall clocks were wrong at once that the median of a majority of them may have been, too;
    /// <see cref="long.MaxValue"/> while they never were.
    /// </summary>
    public long ClocksLostAt { get; private set; } = long.MaxValue;

    /// <summary>What the nodes send frames through.</summary>
    public SimNetwork Network { get; }

    /// <summary>The machines, spare ones last. The index is the node id.</summary>
    public IReadOnlyList<SimHost> Hosts => _hosts;

    /// <summary>The addresses of the nodes that the cluster is formed of.</summary>
    public IReadOnlyList<string> Founders { get; }

    /// <summary>What happened.</summary>
    public Trace Trace { get; }

    /// <summary>How often each fault occurred.</summary>
    public FaultCounts Faults { get; } = new();

    /// <summary>The rules that are checked after every step.</summary>
    public IList<IWorldInvariant> Invariants { get; } = [];

    /// <summary>The first rule that was broken; the world stands still from then on.</summary>
    public Violation? Violation { get; private set; }

    internal ISimNodeFactory Factory { get; }

    /// <summary>For whoever drives the world: clients and faults fork theirs from it, in a fixed order.</summary>
    internal SeededRandom Random { get; }

    /// <summary>Schedules an action after a delay in µs, which must not be negative.</summary>
    public void After(long delay, Action action)
    {
        Invariant.Require(delay >= 0, "nothing is scheduled in the past");
        _events.Add(Now + delay, action);
    }

    /// <summary>Lets time pass until a moment, or until a rule is broken.</summary>
    public void Run(long until)
    {
        while (Violation is null && _events.TryTake(until, out long at, out Action action))
        {
            Now = at;
            action();
        }

        Now = Violation is null ? Math.Max(Now, until) : Now;
    }

    /// <summary>Lets time pass until a condition, looked at every <paramref name="every"/> µs, holds; false when it did not by the deadline.</summary>
    public bool RunUntil(Func<bool> condition, long deadline, long every = 10 * VirtualTime.Millisecond)
    {
        while (Violation is null && Now < deadline && !condition())
        {
            Run(Math.Min(deadline, Now + every));
        }

        return Violation is null && condition();
    }

    /// <summary>Starts the nodes that form the cluster, a few ms apart.</summary>
    public void StartFounders()
    {
        foreach (SimHost host in _hosts.Where(h => !h.Joins))
        {
            After(Random.Next(50_000), host.Start);
        }
    }

    /// <summary>Ends the run: something is wrong.</summary>
    public void Fail(string rule, string explanation)
    {
        if (Violation is null)
        {
            Violation = new Violation(Seed, Now, rule, explanation, Options.Bug);
            Record(TraceKind.Violation, -1, note: $"{rule}: {explanation}");
        }
    }

    /// <summary>Gives back the memory of the nodes that still run.</summary>
    public void Dispose() => _hosts.ForEach(host => host.Node?.Dispose());

    /// <summary>The partition that a key lies in.</summary>
    internal PartitionId PartitionOf(string key) =>
        new SlotRanges(Options.Partitions).PartitionOf(SlotHash.Of(Encoding.Latin1.GetBytes(key)));

    internal void Record(TraceKind kind, int node, long detail = 0, ulong content = 0, object? note = null) =>
        Trace.Record(Now, kind, node, detail, content, note);

    /// <summary>A fault occurred.</summary>
    internal void Count(FaultKind kind) => Faults.Increment(kind);

    /// <summary>Somebody set a wall clock.</summary>
    internal void ClockWasSet()
    {
        int majority = (_hosts.Count / 2) + 1;
        if (ClocksLostAt == long.MaxValue && _hosts.Count(host => host.Clock.IsWrong) > majority / 2)
        {
            ClocksLostAt = Now;
        }
    }

    internal void AfterStep(SimHost host, ISimNode node)
    {
        if (Invariants.Count == 0)
        {
            return;
        }

        _facts.Clear();
        node.ReadGroups(_facts);
        foreach (IWorldInvariant invariant in Invariants)
        {
            if (invariant.Check(this, host, _facts) is { } broken)
            {
                Fail(invariant.GetType().Name, broken);
                return;
            }
        }
    }

    private static string AddressOf(int node) => $"n{node}:8000";
}
