using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Faults of disks that are not crashes.</summary>
internal static class DiskFaults
{
    public static IReadOnlyList<FaultAction> All { get; } =
    [
        new(FaultKind.SlowDisk, (world, random) =>
        {
            SimDisk disk = SomeDisk(world, FaultKind.SlowDisk, random);
            disk.Slowness = random.Next(5, 100);
            return () => disk.Slowness = 1;
        }),
        new(FaultKind.HungDisk, (world, random) =>
        {
            SimDisk disk = SomeDisk(world, FaultKind.HungDisk, random);
            disk.HangsUntil = world.Now + random.Spread(50_000, 6);
            return () => disk.HangsUntil = 0;
        }),
        new(FaultKind.FullDisk, (world, random) =>
        {
            SimDisk disk = SomeDisk(world, FaultKind.FullDisk, random);
            disk.LeaveFree(random.Next(random.Chance(0.5) ? 64 * 1024 : 1024 * 1024));
            return disk.FreeSpace;
        }),
        new(FaultKind.FailedSync, (world, random) =>
        {
            SimHost[] inUse = world.Hosts.Where(h => h.Disk.Operations > 0).ToArray();
            if (inUse.Length == 0)
            {
                return null;
            }

            random.Pick(inUse).Disk.FailNextSync();
            return FaultAction.Over;
        }),
        new(FaultKind.BitFlip, FlipBit),
        new(FaultKind.WipedDisk, Wipe),
    ];

    private static SimDisk SomeDisk(World world, FaultKind kind, SeededRandom random)
    {
        world.Count(kind);
        return random.Pick(world.Hosts).Disk;
    }

    // Only ever the same node's disk: data that is damaged on a majority is lost, and that is nobody's mistake.
    private static Action? FlipBit(World world, SeededRandom random)
    {
        if (!world.Hosts[^1].Disk.FlipBit(random))
        {
            return null;
        }

        world.Count(FaultKind.BitFlip);
        return FaultAction.Over;
    }

    private static Action? Wipe(World world, SeededRandom random)
    {
        SimHost? host = NodeFaults.SomeUp(world, random);
        if (host is null || world.Hosts.Any(h => h.IsLost))
        {
            return null;
        }

        world.Count(FaultKind.WipedDisk);
        host.Crash();
        host.Disk.Wipe();
        host.IsLost = true;
        return host.Start;
    }
}
