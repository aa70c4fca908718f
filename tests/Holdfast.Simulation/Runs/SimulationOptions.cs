namespace Holdfast.Simulation;

/// <summary>How a seed is run: first undisturbed, then with faults, then in calm until all has converged.</summary>
public sealed record SimulationOptions
{
    /// <summary>What the world is made of.</summary>
    public WorldOptions World { get; init; } = new();

    /// <summary>The kinds of faults that the seed's plan draws from.</summary>
    public IReadOnlyCollection<FaultKind> Faults { get; init; } = FaultPlan.DefaultKinds;

    /// <summary>How a seed is run to find a bug: with the faults that bring it to light.</summary>
    public SimulationOptions Planting(PlantedBug bug) => this with
    {
        World = World with { Bug = bug },
        Faults = bug switch
        {
            PlantedBug.CommitsOldTermEntry => [FaultKind.FigureEight],
            PlantedBug.ReadsByOwnClock or PlantedBug.StampsByOwnClock =>
                [FaultKind.ClockJump, FaultKind.LeadershipTransfer, FaultKind.Crash],
            PlantedBug.SkipsChangesOfSnapshots =>
                [FaultKind.Partition, FaultKind.IsolatedLeader, FaultKind.Clog, FaultKind.Pause, FaultKind.ForcedSnapshot],
            PlantedBug.WipedReplicaVotes => [FaultKind.WipedVoter],
            _ => Faults,
        },
    };

    /// <summary>How many clients there are.</summary>
    public int Clients { get; init; } = 8;

    /// <summary>The operations that the clients do at least, whatever time it takes them.</summary>
    public int MinOperations { get; init; } = 1_000;

    /// <summary>How long nothing goes wrong, in µs, while the cluster forms.</summary>
    public long WarmUpMicros { get; init; } = 2 * VirtualTime.Second;

    /// <summary>How long things go wrong, in µs.</summary>
    public long FaultMicros { get; init; } = 12 * VirtualTime.Second;

    /// <summary>How long after the faults, in µs, operations may still fail; then each must be done.</summary>
    public long SettleMicros { get; init; } = 5 * VirtualTime.Second;

    /// <summary>How long the replicas may take to converge once the clients are quiet, in µs.</summary>
    public long ConvergeMicros { get; init; } = 10 * VirtualTime.Second;
}
