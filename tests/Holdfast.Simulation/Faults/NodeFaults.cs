using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Faults of machines and processes, and what operators do to them.</summary>
internal static class NodeFaults
{
    public static IReadOnlyList<FaultAction> All { get; } =
    [
        new(FaultKind.Crash, Crash),
        new(FaultKind.CrashInDiskWork, CrashInDiskWork),
        new(FaultKind.PowerLoss, (world, _) =>
        {
            world.Count(FaultKind.PowerLoss);
            foreach (SimHost host in world.Hosts.Where(h => h.Node is not null))
            {
                host.Crash();
                host.ScheduleStart();
            }

            return FaultAction.Over;
        }),
        new(FaultKind.Pause, Pause),
        new(FaultKind.ClockJump, SetClock),
        new(FaultKind.MajorityClockJump, SetMostClocks),
        new(FaultKind.LeadershipTransfer, (world, random) =>
            Control(world, random, FaultKind.LeadershipTransfer, ControlAction.TransferLeadership)),
        new(FaultKind.MembershipChange, ChangeMembership),
        new(FaultKind.ForcedSnapshot, (world, random) =>
            Control(world, random, FaultKind.ForcedSnapshot, ControlAction.ForceSnapshot)),
    ];

    public static SimHost? SomeUp(World world, SeededRandom random)
    {
        SimHost[] up = world.Hosts.Where(h => h.Node is not null).ToArray();
        return up.Length == 0 ? null : random.Pick(up);
    }

    /// <summary>By how much somebody sets a clock, in µs: ms to days, forward or back.</summary>
    public static long SomeJump(SeededRandom random)
    {
        long jump = random.Spread(1, 28) * VirtualTime.Millisecond;
        return random.Chance(0.5) ? jump : -jump;
    }

    /// <summary>One clock at a time is wrong: that is what the others are to make up for.</summary>
    private static Action SetClock(World world, SeededRandom random)
    {
        world.Count(FaultKind.ClockJump);
        SimClock clock = (world.Hosts.FirstOrDefault(host => host.Clock.IsWrong) ?? random.Pick(world.Hosts)).Clock;
        clock.JumpWall(clock.IsWrong && random.Chance(0.3) ? -clock.SetByMicros : SomeJump(random));
        return FaultAction.Over;
    }

    /// <summary>Rare, since little is promised from then on.</summary>
    private static Action? SetMostClocks(World world, SeededRandom random)
    {
        if (!random.Chance(0.2))
        {
            return null;
        }

        world.Count(FaultKind.MajorityClockJump);
        SimHost[] hosts = [.. world.Hosts];
        random.Shuffle(hosts);
        long jump = SomeJump(random);
        foreach (SimHost host in hosts.Take((hosts.Length / 2) + 1))
        {
            host.Clock.JumpWall(jump);
        }

        return FaultAction.Over;
    }

    private static Action? Crash(World world, SeededRandom random)
    {
        if (SomeUp(world, random) is not { } host)
        {
            return null;
        }

        world.Count(FaultKind.Crash);
        if (random.Chance(0.3))
        {
            host.Kill();
        }
        else
        {
            host.Crash();
        }

        return host.Start;
    }

    // The disk counts it when it happens, which may be while the node recovers from another crash.
    private static Action? CrashInDiskWork(World world, SeededRandom random)
    {
        SimHost[] inUse = world.Hosts.Where(h => h.Node is not null && h.Disk.Operations > 0).ToArray();
        if (inUse.Length == 0)
        {
            return null;
        }

        CrashPoint point = (CrashPoint)random.Next((int)CrashPoint.AfterOperations, (int)CrashPoint.InLargeWrite + 1);
        random.Pick(inUse).Disk.CrashAt(point, random.Next(1, 40));
        return FaultAction.Over;
    }

    private static Action? Pause(World world, SeededRandom random)
    {
        if (SomeUp(world, random) is not { IsPaused: false } host)
        {
            return null;
        }

        world.Count(FaultKind.Pause);
        host.Pause(random.Spread(20_000, 7));
        return host.Resume;
    }

    private static Action? ChangeMembership(World world, SeededRandom random)
    {
        SimHost? spare = world.Hosts.FirstOrDefault(h => h.Joins && h.Boot == 0);
        if (spare is null)
        {
            return Control(world, random, FaultKind.MembershipChange, ControlAction.ChangeMembership);
        }

        world.Count(FaultKind.MembershipChange);
        spare.Start();
        return FaultAction.Over;
    }

    private static Action? Control(World world, SeededRandom random, FaultKind kind, ControlAction action)
    {
        if (SomeUp(world, random) is not { } host || !host.TryControl(action, random))
        {
            return null;
        }

        world.Count(kind);
        return FaultAction.Over;
    }
}
