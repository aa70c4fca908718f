using System.Text;
using Holdfast.Api;
using Holdfast.Placement;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Runs one seed from the start of its world to the last check.</summary>
public sealed class SeedRunner : IDisposable
{
    private readonly SimulationOptions _options;
    private readonly World _world;
    private readonly History _history = new();
    private readonly FaultPlan _plan;
    private readonly List<SimClient> _clients = [];
    private readonly List<PartitionWatch> _watches = [];

    private SeedRunner(ulong seed, SimulationOptions options, ISimNodeFactory factory)
    {
        _options = options;
        _world = new World(seed, options.World, factory);
        _plan = new FaultPlan(_world, options.Faults, _world.Random.Fork());
        WatchAll(_world);
    }

    /// <summary>Runs a seed. The result is a function of the arguments alone.</summary>
    public static SeedResult Run(ulong seed, SimulationOptions options, ISimNodeFactory factory)
    {
        using SeedRunner runner = new(seed, options, factory);
        return runner.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _world.Dispose();

    /// <summary>Has all invariants of replicas checked after each step of a world.</summary>
    public static void WatchAll(World world)
    {
        world.Invariants.Add(new ElectionSafety());
        world.Invariants.Add(new NothingGoesBack());
        world.Invariants.Add(new CommittedEntriesStay());
        world.Invariants.Add(new EqualStates());
    }

    private bool HasDoneEnough =>
        _history.Operations.Count >= _options.MinOperations && 2 * _history.Acknowledged >= _history.Operations.Count;

    private SeedResult Run()
    {
        _world.StartFounders();
        AddClients();
        AddWatches();
        _world.Run(_options.WarmUpMicros);
        _plan.Begin();
        _world.Run(_options.WarmUpMicros + _options.FaultMicros);
        _plan.Calm();
        _world.Run(_world.Now + _options.SettleMicros);
        CheckCalm();
        LinearizabilityResult order = CheckHistory();
        string? wrongTime = DeadlineBound.WrongTime(_world);
        Expect("one wrong clock moves no time", wrongTime is null, () => wrongTime!);
        return Result(order);
    }

    private void AddClients()
    {
        for (int i = 0; i < _options.Clients; i++)
        {
            MixedWorkload workload = new(i, _world.Factory.KeepsDeadlines, Repetitions, _world.Random.Fork());
            Add(new SimClient(_world, _history, i, workload, _world.Random.Fork()));
        }
    }

    private void AddWatches()
    {
        for (int i = 0; i < _options.World.Partitions && _world.Factory.TellsChanges; i++)
        {
            PartitionWatch watch = new(_world, new PartitionId((uint)i), _world.Random.Fork());
            _watches.Add(watch);
            watch.Start();
        }
    }

    // A token holds for ten minutes by the time of the partition, which most clocks at once can move by days: then it promises nothing.
    // A session that is forgotten refuses.
    private Repetition[] Repetitions => !_world.Factory.KnowsRepetition ? []
        : _plan.Includes(FaultKind.MajorityClockJump) ? [Repetition.Session]
        : [Repetition.Session, Repetition.Token];

    private void Add(SimClient client)
    {
        _clients.Add(client);
        client.Start();
    }

    /// <summary>Once all is healed and settled, every operation is done, then every replica has the same state, and every key can be read.</summary>
    private void CheckCalm()
    {
        long settled = _world.Now;
        Expect(
            "clients make progress in calm",
            _world.RunUntil(() => HasDoneEnough && _world.Now > settled + VirtualTime.Second, settled + (20 * VirtualTime.Second)),
            () => $"{_history.Acknowledged} of {_history.Operations.Count} operations acknowledged");
        _clients.ForEach(c => c.Stop());
        _world.RunUntil(() => _clients.TrueForAll(c => c.IsIdle), _world.Now + (8 * VirtualTime.Second));

        string[] keys = _history.Operations.Where(o => o.Operation != Operation.List).Select(o => o.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        SimClient reader = new(_world, _history, _options.Clients, new ReadEach(_options.Clients, keys), _world.Random.Fork());
        Add(reader);
        Expect(
            "every key can be read in calm",
            _world.RunUntil(() => reader.IsIdle, _world.Now + (20 * VirtualTime.Second)),
            () => $"the reader of {keys.Length} keys did not come to its end");
        ClientOperation? failed = _history.Operations.FirstOrDefault(o =>
            o.InvokedAt >= settled && o.Outcome is OperationOutcome.Unknown or OperationOutcome.NotApplied);
        Expect("every operation is done in calm", failed is null, () => $"{failed}");
        _watches.ForEach(watch => watch.AskForEnd());
        Expect(
            "every change is told in calm",
            _world.RunUntil(() => _watches.TrueForAll(watch => watch.Position >= watch.End), _world.Now + (10 * VirtualTime.Second)),
            () => string.Join(", ", _watches.Select(watch => $"partition {watch.Partition}: {watch.Position} of {watch.End}")));
        Expect(
            "replicas converge in calm",
            _world.RunUntil(() => Convergence.Missing(_world) is null, _world.Now + _options.ConvergeMicros),
            () => Convergence.Missing(_world)!);
    }

    private void Expect(string rule, bool holds, Func<string> explanation)
    {
        if (!holds && _world.Violation is null)
        {
            _world.Fail(rule, explanation());
        }
    }

    private LinearizabilityResult CheckHistory()
    {
        if (RevisionOrder.Check(_history.Operations.Where(o => o.IsOfOneKey)) is { } wentBack)
        {
            _world.Fail(nameof(RevisionOrder), wentBack);
        }

        if (_world.Violation is null && _watches.Count > 0
            && WatchCompleteness.Check(_watches, !_world.KeepsAllHistory, _history.Operations, _options.Clients, PartitionOf) is { } incomplete)
        {
            _world.Fail(nameof(WatchCompleteness), incomplete);
        }

        // Without the reads at the end, nothing says what became of the last writes.
        if (_world.Violation is null && SharedKeysCheck.Check(_history.Operations) is { } broken)
        {
            _world.Fail(broken.Rule, broken.Broken);
        }

        ClientOperation? taken = _history.Operations.FirstOrDefault(o =>
            o.InUnknownSession && o.Outcome is OperationOutcome.Done or OperationOutcome.Refused);
        Expect("a session that never began is not taken for new", taken is null, () => $"{taken}");

        IEnumerable<ClientOperation> registers = _history.Operations.Where(o => SharedKeys.IsRegister(o.Key));
        LinearizabilityResult result = LinearizabilityChecker.Check(DeadlineBound.Apply(registers, _world.ClocksLostAt));
        if (result.Broken is not null)
        {
            _world.Fail("linearizability", result.Broken);
        }

        return result;
    }

    private int PartitionOf(string key) => (int)new SlotRanges(_options.World.Partitions)
        .PartitionOf(SlotHash.Of(Encoding.Latin1.GetBytes(key), PartitionBy.Key)).Value;

    private SeedResult Result(LinearizabilityResult order) => new()
    {
        Seed = _world.Seed,
        Nodes = _world.Founders.Count,
        Invoked = _history.Operations.Count,
        Acknowledged = _history.Acknowledged,
        NotApplied = _history.Count(OperationOutcome.NotApplied),
        Unknown = _history.Count(OperationOutcome.Unknown),
        Faults = _world.Faults,
        Work = WorkCounts.Of(_history.Operations, _watches),
        Ended = order.Ended,
        Undecided = order.Undecided,
        VirtualMicros = _world.Now,
        TraceHash = _world.Trace.Hash,
        Violation = _world.Violation,
        Report = _world.Violation?.Report(_world.Trace) ?? "",
    };
}
