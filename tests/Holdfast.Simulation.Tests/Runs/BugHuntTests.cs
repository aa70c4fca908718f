namespace Holdfast.Simulation.Tests;

public class BugHuntTests
{
    [Theory]
    [InlineData(PlantedBug.AcknowledgesBeforeSync)]
    [InlineData(PlantedBug.ReadsWithoutRound)]
    public void A_bug_planted_in_the_ledger_is_found_within_ten_seeds(PlantedBug bug)
    {
        SeedResult? found = BugHunt.Find(bug, new SimulationOptions(), new LedgerFactory(), firstSeed: 1, seeds: 10);

        Assert.NotNull(found);
        Assert.Contains($"--seed {found.Seed}", found.Report);
        Assert.Contains("last events:", found.Report);
    }

    [Fact]
    public void A_violation_replays_to_the_same_byte()
    {
        SeedResult found = BugHunt.Find(PlantedBug.ReadsWithoutRound, new SimulationOptions(), new LedgerFactory(), 1, 10)!;
        SimulationOptions planted = new() { World = new WorldOptions { Bug = PlantedBug.ReadsWithoutRound } };

        Assert.Equal(found.Report, SeedRunner.Run(found.Seed, planted, new LedgerFactory()).Report);
    }
}
