namespace Holdfast.Simulation;

/// <summary>Proves that a planted bug is found: a checker that can't fail checks nothing.</summary>
public static class BugHunt
{
    /// <summary>The first of so many seeds, from <paramref name="firstSeed"/> on, that shows the bug; null when none does.</summary>
    public static SeedResult? Find(PlantedBug bug, SimulationOptions options, ISimNodeFactory factory, ulong firstSeed, int seeds)
    {
        // The wiped replica must be there to vote; for the other bugs the usual faults are enough.
        SimulationOptions planted = options with
        {
            World = options.World with { Bug = bug },
            Faults = bug == PlantedBug.WipedReplicaVotes ? [.. options.Faults, FaultKind.WipedDisk] : options.Faults,
        };
        return Enumerable.Range(0, seeds)
            .Select(i => SeedRunner.Run(firstSeed + (ulong)i, planted, factory))
            .FirstOrDefault(result => result.Violation is not null);
    }
}
