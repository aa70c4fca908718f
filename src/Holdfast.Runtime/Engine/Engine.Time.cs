using Holdfast.Consensus;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime;

/// <summary>What the node is told of time, and what is due by it.</summary>
public sealed partial class Engine
{
    /// <summary>
    /// After a long pause, this many ticks are made up for: time passed, but others could not be heard in it. Half of them may be one
    /// sleep of an engine that has nothing to do.
    /// </summary>
    private const int MaxTicksAtOnce = 2 * RetryTicks;

    /// <summary>
    /// Between what was heard and the <see cref="Tick"/> after it no more are counted, however often the time is told: the process may
    /// have stood still before it read what was sent meanwhile, and who was heard so late must not seem to have been silent for as long.
    /// So a follower promises its leader all of the shortest election timeout but these and the tick under way, and leases lean on that.
    /// </summary>
    private const int MaxTicksWithinInputs = 2;

    private readonly RaftClock _clock = new();
    private readonly TickSchedule _schedule = new();
    private readonly List<Replica> _due = [];
    private long _nowMicros;
    private long _lastTickMicros;
    private long _ticked;
    private bool _hasHeard;
    private long _ticksSinceHeard;

    /// <summary>When <see cref="Tick"/> and <see cref="Flush"/> must be called next, unless there is an input before.</summary>
    public long NextTickMicros
    {
        get
        {
            bool isBusy = _formation.Formed is null || _log.WaitsForTick || _expiresSoon;
            long limit = isBusy ? _clock.Ticks + 1 : ((_clock.Ticks / RetryTicks) + 1) * RetryTicks;
            long tick = _lastTickMicros + ((_schedule.NextDue(limit) - _clock.Ticks) * EngineOptions.TickMicros);
            return Math.Min(tick, _log.SubmitDueMicros);
        }
    }

    /// <summary>
    /// Tells the time to the inputs that follow. Not later than 10 ms before one comes, so that what others said is not taken to be
    /// older than it is.
    /// </summary>
    public void SetTime(long nowMicros)
    {
        _nowMicros = nowMicros;
        _router.SetTime(nowMicros);
        long due = Math.Max(0, (nowMicros - _lastTickMicros) / EngineOptions.TickMicros);
        _lastTickMicros += due * EngineOptions.TickMicros;
        long counted = Math.Min(due, _hasHeard ? MaxTicksWithinInputs - _ticksSinceHeard : MaxTicksAtOnce);
        _ticksSinceHeard += counted;
        _clock.Advance(counted, nowMicros);
    }

    /// <summary>
    /// Time has passed, and what is due by it is done. After the inputs that came meanwhile, so that nobody is taken to be silent whose
    /// word has only to be read. Where reads lean on leases, called before each <see cref="Flush"/> that follows requests, with a time
    /// that was read after they had come: a lease that holds at that time is what they are granted by, and a pause of the process after
    /// it does no harm (docs/adr/0006).
    /// </summary>
    public void Tick(long nowMicros)
    {
        SetTime(nowMicros);
        _hasHeard = false;
        if (_clock.Ticks > _ticked)
        {
            RunTicks();
        }
    }

    /// <summary>Somebody is heard: from here to the next <see cref="Tick"/> time is counted sparingly.</summary>
    private void HearInput()
    {
        _ticksSinceHeard = _hasHeard ? _ticksSinceHeard : 0;
        _hasHeard = true;
    }

    private void RunTicks()
    {
        long before = _ticked;
        _ticked = _clock.Ticks;
        if (_formation.Formed is null)
        {
            _formation.Tick(_nowMicros);
            AdoptFormation();
        }

        // Chores come first: some leave alone a group that has something to do, as all leaders have right after they were ticked.
        _log.Tick(_nowMicros);
        AdmitByRoom();
        AdoptMap();
        RunChores(before);
        ExpireKeys();
        _schedule.TakeDue(_ticked, _due);
        foreach (Replica replica in _due)
        {
            replica.Raft.Tick();
            if (replica.Raft.HasReady)
            {
                MarkDirty(replica);
            }

            _schedule.Add(replica);
        }

        _due.Clear();
    }
}
