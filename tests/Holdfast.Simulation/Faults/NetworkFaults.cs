using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Faults of the network.</summary>
internal static class NetworkFaults
{
    public static IReadOnlyList<FaultAction> All { get; } =
    [
        new(FaultKind.FrameLoss, (world, random) =>
        {
            world.Network.Conditions.Loss = 0.01 + (0.1 * random.NextDouble());
            return () => world.Network.Conditions.Loss = 0;
        }),
        new(FaultKind.FrameDuplication, (world, random) =>
        {
            world.Network.Conditions.Duplication = 0.01 + (0.2 * random.NextDouble());
            return () => world.Network.Conditions.Duplication = 0;
        }),
        new(FaultKind.FrameReordering, (world, random) =>
        {
            world.Network.Conditions.Reordering = 0.01 + (0.2 * random.NextDouble());
            return () => world.Network.Conditions.Reordering = 0;
        }),
        new(FaultKind.Clog, Clog),
        new(FaultKind.ConnectionBreak, BreakConnection),
        new(FaultKind.Partition, (world, random) =>
        {
            bool[] side = Sides(world, random);
            return Begin(world, FaultKind.Partition, new LinkFault((from, to) => side[from] != side[to], Cuts: true));
        }),
        new(FaultKind.OneWayPartition, (world, random) =>
        {
            bool[] side = Sides(world, random);
            return Begin(world, FaultKind.OneWayPartition, new LinkFault((from, to) => side[from] && !side[to], Cuts: true));
        }),
        new(FaultKind.IsolatedLeader, IsolateLeader),
        new(FaultKind.FlappingLink, FlapLink),
    ];

    private static Action Begin(World world, FaultKind kind, LinkFault fault)
    {
        world.Count(kind);
        world.Network.Add(fault);
        return () => world.Network.Remove(fault);
    }

    private static Action Clog(World world, SeededRandom random)
    {
        (int a, int b) = SomeLink(world, random);
        return Begin(world, FaultKind.Clog, new LinkFault((from, to) => (from, to) == (a, b), Cuts: false, random.Spread(10_000, 7)));
    }

    private static Action BreakConnection(World world, SeededRandom random)
    {
        (int from, int to) = SomeLink(world, random);
        world.Count(FaultKind.ConnectionBreak);
        world.Network.Break(from, to);
        return FaultAction.Over;
    }

    private static Action? IsolateLeader(World world, SeededRandom random)
    {
        List<GroupFacts> groups = [];
        int[] leaders = world.Hosts.Where(Leads).Select(h => h.Index).ToArray();
        if (leaders.Length == 0)
        {
            return null;
        }

        int leader = random.Pick(leaders);
        return Begin(world, FaultKind.IsolatedLeader, new LinkFault((from, to) => (from == leader) != (to == leader), Cuts: true));

        bool Leads(SimHost host)
        {
            groups.Clear();
            host.Node?.ReadGroups(groups);
            return groups.Any(g => g.Role == GroupRole.Leader);
        }
    }

    private static Action FlapLink(World world, SeededRandom random)
    {
        (int a, int b) = SomeLink(world, random);
        LinkFault fault = new((from, to) => (from, to) == (a, b) || (from, to) == (b, a), Cuts: true);
        bool ended = false;
        Toggle(down: true);
        return () => ended = true;

        void Toggle(bool down)
        {
            world.Network.Remove(fault);
            if (ended)
            {
                return;
            }

            if (down)
            {
                world.Count(FaultKind.FlappingLink);
                world.Network.Add(fault);
            }

            world.After(random.Next(5, 150) * VirtualTime.Millisecond, () => Toggle(!down));
        }
    }

    private static (int From, int To) SomeLink(World world, SeededRandom random)
    {
        int from = random.Next(world.Hosts.Count);
        return (from, (from + 1 + random.Next(world.Hosts.Count - 1)) % world.Hosts.Count);
    }

    /// <summary>Two parts, neither of them empty.</summary>
    private static bool[] Sides(World world, SeededRandom random)
    {
        bool[] side = new bool[world.Hosts.Count];
        int count = random.Next(1, side.Length);
        side.AsSpan(0, count).Fill(true);
        random.Shuffle(side);
        return side;
    }
}
