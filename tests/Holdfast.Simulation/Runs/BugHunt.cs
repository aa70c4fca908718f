namespace Holdfast.Simulation;

/// <summary>Proves that a planted bug is found: a checker that can't fail checks nothing.</summary>
public static class BugHunt
{
    /// <summary>The first of so many seeds, from <paramref name="firstSeed"/> on, that shows the bug; null when none does.</summary>
    public static SeedResult? Find(PlantedBug bug, SimulationOptions options, ISimNodeFactory factory, ulong firstSeed, int seeds)
    {
        SimulationOptions planted = options.Planting(bug);
        return Enumerable.Range(0, seeds)
            .Select(i => SeedRunner.Run(firstSeed + (ulong)i, planted, factory))
            .FirstOrDefault(result => result.Violation is not null);
    }
}
