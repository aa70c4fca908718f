using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class FaultPlanTests
{
    [Fact]
    public void Calm_ends_everything_that_is_wrong()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            ScriptedWorld world = new(seed, nodes: 5);
            FaultPlan plan = new(world.World, FaultPlan.DefaultKinds, new SeededRandom(seed));
            plan.Begin();
            world.RunFor(5 * VirtualTime.Second);
            plan.Calm();

            // A link that flaps, or a machine that waits for its start, needs a moment to notice.
            world.RunFor(VirtualTime.Second);
            AssertHealthy(world.World, seed);
        }
    }

    [Fact]
    public void A_seed_draws_some_of_the_kinds_that_are_asked_for_and_no_others()
    {
        FaultKind[] asked = [FaultKind.Partition, FaultKind.Crash];
        FaultCounts counts = new();
        int withoutPartition = 0;
        for (ulong seed = 0; seed < 30; seed++)
        {
            ScriptedWorld world = new(seed);
            new FaultPlan(world.World, asked, new SeededRandom(seed)).Begin();
            world.RunFor(5 * VirtualTime.Second);
            counts.Add(world.World.Faults);
            withoutPartition += world.World.Faults[FaultKind.Partition] == 0 ? 1 : 0;
        }

        Assert.All(asked, kind => Assert.True(counts[kind] > 0));
        Assert.Equal(asked.Order(), counts.All.Where(c => c.Count > 0).Select(c => c.Kind));
        Assert.InRange(withoutPartition, 1, 29);
    }

    [Fact]
    public void Only_one_node_is_ever_wiped()
    {
        ScriptedWorld world = new(4, nodes: 5);
        new FaultPlan(world.World, [FaultKind.WipedDisk], new SeededRandom(4)).Begin();
        world.RunFor(20 * VirtualTime.Second);

        Assert.Equal(1, world.World.Faults[FaultKind.WipedDisk]);
        Assert.Single(world.World.Hosts, h => h.IsLost);
    }

    private static void AssertHealthy(World world, ulong seed)
    {
        Assert.True(world.Violation is null, $"seed {seed}: {world.Violation}");
        foreach (SimHost host in world.Hosts)
        {
            Assert.True(host.Node is not null && !host.IsPaused, $"seed {seed} n{host.Index}");
            Assert.Equal(1, host.Disk.Slowness);
            Assert.True(host.Disk.FreeBytes > world.Options.DiskBytes / 2);
            Assert.All(world.Hosts, other => Assert.All(
                Enum.GetValues<TransportLane>(), lane => Assert.False(world.Network.IsCut(host.Index, other.Index, lane))));
        }

        Assert.Equal((0.0, 0.0, 0.0), (world.Network.Conditions.Loss, world.Network.Conditions.Duplication, world.Network.Conditions.Reordering));
    }
}
