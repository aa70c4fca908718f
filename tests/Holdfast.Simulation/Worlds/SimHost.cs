using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A machine: its disk and clocks last, its process comes and goes.</summary>
public sealed class SimHost
{
    private const long TickMicros = 10 * VirtualTime.Millisecond;

    private readonly World _world;
    private readonly SeededRandom _random;
    private readonly Queue<Action<ISimNode>> _held = [];
    private readonly List<Action<SimHost>> _toldOfEnd = [];
    private bool _flushScheduled;
    private long _pausedUntil;

    internal SimHost(World world, NodeId id, string address, bool joins, SeededRandom random)
    {
        _world = world;
        _random = random;
        Id = id;
        Address = address;
        Joins = joins;
        Clock = new SimClock(world, random, world.Options.MaxClockDrift);
        Disk = new SimDisk(world, Index, world.Options.DiskBytes, random.Fork());
        Disk.SyncsLie = world.Options.Bug == PlantedBug.AcknowledgesBeforeSync;
    }

    /// <summary>The node.</summary>
    public NodeId Id { get; }

    /// <summary>The node's place among the world's hosts.</summary>
    public int Index => (int)Id.Value;

    /// <summary>The address that the other nodes know.</summary>
    public string Address { get; }

    /// <summary>It is a spare node, which joins a running cluster.</summary>
    public bool Joins { get; }

    /// <summary>Its disk.</summary>
    public SimDisk Disk { get; }

    /// <summary>Its clocks.</summary>
    public SimClock Clock { get; }

    /// <summary>The running process; null while it is down.</summary>
    public ISimNode? Node { get; private set; }

    /// <summary>How many processes there have been: what was meant for an earlier one never reaches a later one.</summary>
    public int Boot { get; private set; }

    /// <summary>It stands still.</summary>
    public bool IsPaused => _world.Now < _pausedUntil;

    /// <summary>It got inputs whose effects it has not given out yet.</summary>
    internal bool IsFlushDue => _flushScheduled;

    /// <summary>Its data was wiped, so nobody expects it to take part again.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>Starts a process, unless one runs. When its disk refuses, it tries again every half second.</summary>
    public void Start()
    {
        if (Node is not null)
        {
            return;
        }

        Boot++;
        SimDiskLanes lanes = new(_world, this, _random.Fork());
        NodeEnvironment environment = new()
        {
            Id = Id,
            Address = Address,
            Founders = _world.Founders,
            Joins = Joins,
            Partitions = _world.Options.Partitions,
            Transport = new SimTransport(_world, this, _random.Fork()),
            HistoryBytes = _world.HistoryBytes,
            Disk = Disk,
            Lanes = lanes,
            Clock = Clock,
            Random = _random.Fork(),
            Bug = _world.Options.Bug,
        };
        try
        {
            Node = _world.Factory.Start(environment);
        }
        catch (SimulatedCrashException)
        {
            Crash();
            ScheduleStart();
            return;
        }
        catch (DiskException e)
        {
            _world.Record(TraceKind.StartFailed, Index, note: e.Message);
            Down();
            Disk.CloseAll();
            ScheduleStart();
            return;
        }
        catch (Exception e)
        {
            _world.Fail("a node starts on whatever its disk holds", $"n{Index}: {e}");
            return;
        }

        _world.Record(TraceKind.Start, Index, Boot);
        int boot = Boot;
        _world.After(1, () => Tick(boot));
    }

    /// <summary>The machine loses power: the process ends at once, and with it what its disk had not synced.</summary>
    public void Crash()
    {
        _world.Record(TraceKind.Crash, Index, Boot);
        Down();
        Disk.LosePower();
    }

    /// <summary>The process is killed; what it wrote stays in the machine's cache.</summary>
    public void Kill()
    {
        _world.Record(TraceKind.Stop, Index, Boot);
        Down();
        Disk.CloseAll();
    }

    /// <summary>Stands still for so many µs; frames, completions and requests wait.</summary>
    internal void Pause(long micros)
    {
        _pausedUntil = Math.Max(_pausedUntil, _world.Now + micros);
        _world.Record(TraceKind.Pause, Index, micros);
        _world.After(_pausedUntil - _world.Now, ResumeIfDue);
    }

    /// <summary>Ends a pause.</summary>
    internal void Resume()
    {
        _pausedUntil = _world.Now;
        ResumeIfDue();
    }

    /// <summary>Starts a process in a while.</summary>
    internal void ScheduleStart() => _world.After(_random.Next(300, 700) * VirtualTime.Millisecond, Start);

    /// <summary>Gives the node an input now, or at the end of a pause; nothing happens when that process is no more.</summary>
    internal void Input(int boot, Action<ISimNode> input)
    {
        if (boot != Boot || Node is null)
        {
            return;
        }

        if (IsPaused)
        {
            _held.Enqueue(input);
            return;
        }

        Step(input);
        ScheduleFlush();
    }

    /// <summary>Tells <paramref name="told"/> whenever the process ends, however it does.</summary>
    internal void OnDown(Action<SimHost> told) => _toldOfEnd.Add(told);

    /// <summary>Opens a session on the running process; null when it is down.</summary>
    internal IRequestSession? OpenSession(IReplySink sink) => Node?.Open(sink);

    /// <summary>Gives the node an input after what happens now.</summary>
    internal void Post(int boot, Action<ISimNode> input) => _world.After(0, () => Input(boot, input));

    /// <summary>Asks the node for an operator's action; false when it is down, stands still or can't.</summary>
    internal bool TryControl(ControlAction action, SeededRandom random)
    {
        bool begun = false;
        if (Node is not null && !IsPaused)
        {
            Step(node => begun = node.TryControl(action, random));
            ScheduleFlush();
        }

        return begun;
    }

    private void Tick(int boot)
    {
        if (boot != Boot || Node is null)
        {
            return;
        }

        // A paused process misses its ticks: it wakes up to one, with a clock that went on.
        if (!IsPaused)
        {
            _world.Record(TraceKind.Tick, Index);
            Input(boot, node => node.OnTick(Clock.MonotonicMicros));
        }

        _world.After(Clock.ToWorld(TickMicros) + _random.Next(200), () => Tick(boot));
    }

    private void ResumeIfDue()
    {
        if (IsPaused || Node is null)
        {
            return;
        }

        _world.Record(TraceKind.Resume, Index, _held.Count);
        int boot = Boot;
        while (boot == Boot && _held.TryDequeue(out Action<ISimNode>? input))
        {
            Step(input);
        }

        ScheduleFlush();
    }

    // An engine flushes once for all inputs that it finds in its queue, so sometimes the flush waits for more of them.
    private void ScheduleFlush()
    {
        if (_flushScheduled || Node is null)
        {
            return;
        }

        _flushScheduled = true;
        int boot = Boot;
        _world.After(_random.Chance(0.5) ? 0 : _random.Next(200), () => Flush(boot));
    }

    private void Flush(int boot)
    {
        if (boot != Boot || Node is null)
        {
            return;
        }

        // The end of a pause, which may come early, schedules another.
        _flushScheduled = false;
        if (IsPaused)
        {
            return;
        }

        Step(static node => node.Flush());
        if (Node is { HasWork: true })
        {
            ScheduleFlush();
        }
    }

    private void Step(Action<ISimNode> step)
    {
        if (Node is not { } node || _world.Violation is not null)
        {
            return;
        }

        try
        {
            step(node);
        }
        catch (InvariantViolationException e)
        {
            _world.Fail("a node's own invariants", $"n{Index}: {e.Message}\n{e.StackTrace}");
            return;
        }
        catch (Exception e)
        {
            _world.Fail("a node never throws", $"n{Index}: {e}");
            return;
        }

        _world.AfterStep(this, node);
        if (node.HasStopped)
        {
            Kill();
            ScheduleStart();
        }
    }

    private void Down()
    {
        Node?.Dispose();
        Node = null;
        Boot++;
        _held.Clear();
        _flushScheduled = false;
        _pausedUntil = 0;
        _world.Network.Forget(this);
        _toldOfEnd.ForEach(told => told(this));
    }
}
