using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// What goes wrong in a world and when. Each seed draws some of the kinds and how often they come (swarm testing: a run that leaves
/// kinds out reaches states that a run of everything does not), and ends with a time of calm in which all is healed.
/// </summary>
public sealed class FaultPlan
{
    private const int MostAtOnce = 3;

    private readonly World _world;
    private readonly SeededRandom _random;
    private readonly List<FaultAction> _actions;
    private readonly List<Running> _running = [];
    private readonly int _pauseMs;
    private bool _calm;

    internal FaultPlan(World world, IReadOnlyCollection<FaultKind> kinds, SeededRandom random)
    {
        _world = world;
        _random = random;
        FaultAction[] possible = Actions.Where(a => kinds.Contains(a.Kind) && world.Factory.Supports(a.Kind)).ToArray();
        _actions = possible.Where(_ => random.Chance(0.6)).ToList();
        if (_actions.Count == 0 && possible.Length > 0)
        {
            _actions.Add(random.Pick(possible));
        }

        _pauseMs = (int)random.Spread(80, 3);
    }

    /// <summary>Every kind that plans choose unless told otherwise: damage and loss beyond what replication promises to bear are left out.</summary>
    public static IReadOnlyCollection<FaultKind> DefaultKinds { get; } =
        Actions.Select(a => a.Kind).Except([FaultKind.BitFlip, FaultKind.WipedDisk, FaultKind.WipedVoter]).ToArray();

    private static IEnumerable<FaultAction> Actions => [.. NetworkFaults.All, .. NodeFaults.All, .. DiskFaults.All, .. Story.All];

    /// <summary>Whether the plan has faults of a kind.</summary>
    public bool Includes(FaultKind kind) => _actions.Exists(action => action.Kind == kind);

    /// <summary>Begins to make things go wrong.</summary>
    public void Begin()
    {
        if (_actions.Count > 0)
        {
            ScheduleNext();
        }
    }

    /// <summary>Ends everything that is wrong, and lets nothing go wrong any more.</summary>
    public void Calm()
    {
        _calm = true;
        foreach (Running running in _running.ToArray())
        {
            End(running);
        }

        _world.Network.Heal();
        foreach (SimHost host in _world.Hosts)
        {
            host.Disk.Heal();
            host.Resume();
            if (!host.Joins || host.Boot > 0)
            {
                host.Start();
            }
        }

        _world.Record(TraceKind.Heal, -1, note: "all");
    }

    private void ScheduleNext() => _world.After(_random.Next(1, 2 * _pauseMs) * VirtualTime.Millisecond, Next);

    private void Next()
    {
        if (_calm)
        {
            return;
        }

        FaultAction action = _random.Pick(_actions);
        if (_running.Count < MostAtOnce && _running.TrueForAll(r => r.Kind != action.Kind) && action.Inject(_world, _random) is { } end)
        {
            _world.Record(TraceKind.Fault, -1, (long)action.Kind, note: action.Kind.ToString());
            Running running = new(action.Kind, end);
            _running.Add(running);
            _world.After(action.LastsMicros ?? _random.Spread(50_000, 5), () => End(running));
        }

        ScheduleNext();
    }

    private void End(Running running)
    {
        if (_running.Remove(running))
        {
            _world.Record(TraceKind.Heal, -1, (long)running.Kind, note: running.Kind.ToString());
            running.End();
        }
    }

    /// <summary>A class, not a record: two faults of a kind are two.</summary>
    private sealed class Running(FaultKind kind, Action end)
    {
        public FaultKind Kind => kind;

        public void End() => end();
    }
}
