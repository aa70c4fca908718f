using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class WorldTests
{
    private readonly ScriptedWorld _world = new();

    [Fact]
    public void What_falls_on_one_moment_happens_in_the_order_scheduled()
    {
        List<int> happened = [];
        foreach (int i in Enumerable.Range(0, 20))
        {
            _world.World.After(5, () => happened.Add(i));
        }

        _world.World.After(4, () => happened.Add(-1));
        _world.RunFor(5);

        Assert.Equal(Enumerable.Range(-1, 21), happened);
    }

    [Fact]
    public void Ticks_come_about_every_ten_milliseconds_of_the_nodes_own_clock()
    {
        Enumerable.Range(0, 3).ToList().ForEach(i => _world[i].Ticks.Clear());
        _world.RunFor(VirtualTime.Second);

        foreach (ScriptedNode node in new[] { _world[0], _world[1], _world[2] })
        {
            Assert.InRange(node.Ticks.Count, 95, 106);
            Assert.All(node.Ticks.Zip(node.Ticks.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 9_990, 10_300));
        }

        Assert.NotEqual(_world[0].Ticks[^1], _world[1].Ticks[^1]);
    }

    [Fact]
    public void Clocks_run_at_their_own_rates_and_only_the_wall_clock_jumps()
    {
        SimClock[] clocks = _world.World.Hosts.Select(h => h.Clock).ToArray();
        long[] monotonic = clocks.Select(c => c.MonotonicMicros).ToArray();
        long wall = clocks[0].WallMicros;
        clocks[0].JumpWall(-VirtualTime.Second);
        _world.RunFor(1000 * VirtualTime.Second);

        long[] elapsed = clocks.Select((c, i) => c.MonotonicMicros - monotonic[i]).ToArray();
        Assert.All(elapsed, e => Assert.InRange(e, 999 * VirtualTime.Second, 1001 * VirtualTime.Second));
        Assert.Equal(3, elapsed.Distinct().Count());
        Assert.Equal(elapsed[0] - VirtualTime.Second, clocks[0].WallMicros - wall);
    }

    [Fact]
    public void A_paused_node_gets_nothing_then_everything_in_order()
    {
        SimHost host = _world.World.Hosts[1];
        host.Pause(VirtualTime.Second);
        int ticks = _world[1].Ticks.Count;
        _world[0].Send(1, "a");
        _world[0].Send(1, "b");
        _world.RunFor(VirtualTime.Second - 1);
        Assert.Empty(_world[1].Frames);
        Assert.Equal(ticks, _world[1].Ticks.Count);

        _world.RunFor(100 * VirtualTime.Millisecond);
        Assert.Equal(["a", "b"], _world[1].Frames);
        Assert.InRange(_world[1].Ticks.Count, ticks + 5, ticks + 15);
    }

    [Fact]
    public void A_node_whose_pause_ends_early_goes_on_at_once()
    {
        SimHost host = _world.World.Hosts[1];
        Assert.True(_world.World.RunUntil(() => host.IsFlushDue, _world.World.Now + VirtualTime.Second, every: 1));
        host.Pause(60 * VirtualTime.Second);
        _world.RunFor(VirtualTime.Second);
        int flushes = _world[1].Flushes;
        host.Resume();
        _world.RunFor(10 * VirtualTime.Millisecond);

        Assert.True(_world[1].Flushes > flushes);
    }

    [Fact]
    public void A_node_that_breaks_an_invariant_or_throws_ends_the_run()
    {
        _world[1].OnNextTick = () => Invariant.Require(false, "a rule of the node");
        _world.RunFor(VirtualTime.Second);
        Assert.Equal("a node's own invariants", _world.World.Violation?.Rule);
        Assert.Contains("a rule of the node", _world.World.Violation?.Explanation);

        ScriptedWorld other = new();
        other[0].OnNextTick = () => throw new InvalidOperationException("a slip");
        other.RunFor(VirtualTime.Second);
        Assert.Contains("a slip", other.World.Violation?.Explanation);
    }

    [Fact]
    public void A_node_that_stops_itself_is_started_again()
    {
        ScriptedNode before = _world[2];
        before.OnNextTick = () => before.HasStopped = true;
        Assert.True(_world.World.RunUntil(() => _world.World.Hosts[2].Node is null, _world.World.Now + VirtualTime.Second));
        Assert.True(_world.World.RunUntil(() => _world.World.Hosts[2].Node is not null, _world.World.Now + VirtualTime.Second));

        Assert.NotSame(before, _world[2]);
    }

    [Fact]
    public void A_node_with_work_left_is_flushed_again_without_input()
    {
        _world[0].FlushesToCome = 20;
        Assert.True(_world.World.RunUntil(() => !_world[0].HasWork, _world.World.Now + (15 * VirtualTime.Millisecond)));
    }

    [Fact]
    public void A_process_that_ended_gives_its_memory_back()
    {
        ScriptedNode node = _world[0];
        _world.World.Hosts[0].Crash();
        Assert.True(node.IsDisposed);

        node = _world[1];
        _world.World.Dispose();
        Assert.True(node.IsDisposed);
    }

    [Fact]
    public void A_report_has_the_seed_the_command_and_the_last_events()
    {
        _world.RunFor(VirtualTime.Second);
        _world.World.Fail("a rule", "a reason");
        string report = _world.World.Violation!.Report(_world.World.Trace);

        Assert.Contains("seed 1 broke 'a rule'", report);
        Assert.Contains("--seed 1", report);
        Assert.Contains("a reason", report.Split('\n')[^2]);
        Assert.Equal(_world.World.Options.TraceCapacity, report.Split('\n').Length - 4);
    }

    [Fact]
    public void Worlds_of_different_seeds_differ_in_their_hash_and_those_of_one_do_not()
    {
        ulong[] hashes = new ulong[] { 1, 1, 2 }.Select(seed =>
        {
            ScriptedWorld world = new(seed);
            world[0].Send(1, "x");
            world.RunFor(VirtualTime.Second);
            return world.World.Trace.Hash;
        }).ToArray();

        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }
}
