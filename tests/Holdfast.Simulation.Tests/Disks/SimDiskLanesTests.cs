using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class SimDiskLanesTests
{
    private readonly ScriptedWorld _world = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void Work_of_a_lane_runs_and_returns_in_order()
    {
        Submit(DiskLane.Log, "a", "b", "c");
        _world.RunFor(VirtualTime.Second);

        Assert.Equal(["a", "b", "c"], _ran);
        Assert.Equal(["a", "b", "c"], _world[0].WorkDone.Select(w => ((Work)w).Name));
        Assert.True(_world[0].Flushes > 0);
    }

    [Fact]
    public void A_hung_disk_does_nothing_until_it_is_well_again()
    {
        _world.World.Hosts[0].Disk.HangsUntil = _world.World.Now + VirtualTime.Second;
        Submit(DiskLane.Log, "a");
        _world.RunFor(VirtualTime.Second - 1);
        Assert.Empty(_ran);

        _world.RunFor(100 * VirtualTime.Millisecond);
        Assert.Equal(["a"], _ran);
    }

    [Fact]
    public void Work_that_the_disk_refuses_returns_with_the_reason()
    {
        _world[0].Environment.Lanes.Submit(DiskLane.Bulk, new Work("full", _ => throw new DiskException(DiskFault.Full, "no space")));
        _world.RunFor(VirtualTime.Second);

        Assert.Equal(DiskFault.Full, Assert.Single(_world[0].WorkDone).Failure?.Fault);
    }

    [Fact]
    public void A_crash_loses_the_work_that_waits_and_the_completions_under_way()
    {
        ScriptedNode before = _world[0];
        Submit(DiskLane.Log, "a", "b");
        _world.World.RunUntil(() => _ran.Count == 1, _world.World.Now + VirtualTime.Second, every: 1);
        _world.World.Hosts[0].Crash();
        _world.World.Hosts[0].Start();
        _world.RunFor(VirtualTime.Second);

        Assert.Equal(["a"], _ran);
        Assert.Empty(before.WorkDone);
        Assert.Empty(_world[0].WorkDone);
    }

    [Fact]
    public void A_crash_in_the_middle_of_work_takes_the_node_down_and_it_starts_again()
    {
        SimHost host = _world.World.Hosts[0];
        int boot = host.Boot;
        host.Disk.CrashAt(CrashPoint.AtFolderChange);
        _world[0].Environment.Lanes.Submit(DiskLane.Log, new Work("create", disk => disk.Create("file").Dispose()));
        Assert.True(_world.World.RunUntil(() => host.Node is null, _world.World.Now + VirtualTime.Second, every: 100));

        Assert.True(_world.World.RunUntil(() => host.Node is not null, _world.World.Now + VirtualTime.Second));
        Assert.True(host.Boot > boot);
        Assert.Equal(1, _world.World.Faults[FaultKind.CrashInDiskWork]);
    }

    [Fact]
    public void Work_that_throws_anything_else_is_a_violation()
    {
        _world[0].Environment.Lanes.Submit(DiskLane.Log, new Work("bug", _ => throw new InvalidOperationException("a bug")));
        _world.RunFor(VirtualTime.Second);

        Assert.Contains("a bug", _world.World.Violation?.Explanation);
    }

    private void Submit(DiskLane lane, params string[] names)
    {
        foreach (string name in names)
        {
            _world[0].Environment.Lanes.Submit(lane, new Work(name, _ => _ran.Add(name)));
        }
    }

    private sealed class Work(string name, Action<IDisk> action) : DiskWork
    {
        public string Name => name;

        public override void Execute(IDisk disk) => action(disk);
    }
}
