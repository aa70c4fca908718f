using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A node's clocks: both run at the node's own rate, a little fast or slow, and the wall clock may be set by hand.</summary>
public sealed class SimClock
{
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
        _wallOrigin = (1_700_000_000L * VirtualTime.Second) + random.Next(1_000_000);
    }

    /// <summary>µs on a clock that never goes back and counts from an arbitrary origin.</summary>
    public long MonotonicMicros => _monotonicOrigin + Elapsed;

    /// <summary>µs since 1970, which may jump.</summary>
    public long WallMicros => _wallOrigin + Elapsed;

    private long Elapsed => (long)(_world.Now * _rate);

    /// <summary>Sets the wall clock forward or back.</summary>
    internal void JumpWall(long micros) => _wallOrigin += micros;

    /// <summary>How long the world takes until this clock has advanced by so much.</summary>
    internal long ToWorld(long clockMicros) => Math.Max(1, (long)(clockMicros / _rate));
}
