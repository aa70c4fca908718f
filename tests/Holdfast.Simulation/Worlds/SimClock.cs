using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A node's clocks: both run at the node's own rate, a little fast or slow, and the wall clock may be set by hand.</summary>
public sealed class SimClock
{
    /// <summary>When the world begins, in ms since 1970, as clocks say that are right.</summary>
    public const long EpochMs = 1_700_000_000_000;

    /// <summary>How far apart clocks are at most that are right, in µs.</summary>
    public const long SpreadMicros = 500 * VirtualTime.Millisecond;

    private const long WrongMicros = SpreadMicros / 2;

    private readonly World _world;
    private readonly double _rate;
    private readonly long _monotonicOrigin;
    private long _wallOrigin;

    internal SimClock(World world, SeededRandom random, double maxDrift)
    {
        _world = world;
        _rate = 1 + (maxDrift * ((2 * random.NextDouble()) - 1));

        // Origins far from zero and apart from each other, so that comparing the clocks of two nodes, or the two of one, fails at once.
        _monotonicOrigin = random.Next(1, 1_000_000) * VirtualTime.Second;
        _wallOrigin = (EpochMs * VirtualTime.Millisecond) + random.Next((int)(SpreadMicros - WrongMicros));
    }

    /// <summary>µs on a clock that never goes back and counts from an arbitrary origin.</summary>
    public long MonotonicMicros => _monotonicOrigin + Elapsed;

    /// <summary>µs since 1970, which may jump.</summary>
    public long WallMicros => _wallOrigin + Elapsed;

    /// <summary>By how much the wall clock was set forward so far, in µs; back, when negative.</summary>
    public long SetByMicros { get; private set; }

    /// <summary>The wall clock was set to what it is not.</summary>
    public bool IsWrong => Math.Abs(SetByMicros) > WrongMicros;

    private long Elapsed => (long)(_world.Now * _rate);

    /// <summary>Sets the wall clock forward or back.</summary>
    internal void JumpWall(long micros)
    {
        _wallOrigin += micros;
        SetByMicros += micros;
        _world.ClockWasSet();
    }

    /// <summary>How long the world takes until this clock has advanced by so much.</summary>
    internal long ToWorld(long clockMicros) => Math.Max(1, (long)(clockMicros / _rate));
}
