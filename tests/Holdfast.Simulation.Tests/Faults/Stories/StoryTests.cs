namespace Holdfast.Simulation.Tests;

/// <summary>
/// Each story brings its bug to light in every seed, and the same story with the same seed is harmless without the bug: so it is the
/// bug that is found, and the rule that forbids it that holds.
/// </summary>
public class StoryTests
{
    // One entry an append, so that an entry of an earlier term can arrive without the one that its leader's new term begins with.
    private static readonly EngineFactory Factory = new() { MaxBytesPerAppend = 1 };

    [Theory]
    [MemberData(nameof(Stories))]
    public void A_story_finds_its_bug_in_every_seed(PlantedBug bug, FaultKind story, ulong seed)
    {
        SimulationOptions planted = new SimulationOptions().Planting(bug);
        Assert.Equal([story], planted.Faults);

        SeedResult result = SeedRunner.Run(seed, planted, Factory);

        Assert.True(result.Violation is not null, result.ToString());
        Assert.Contains(result.Violation.Rule, new[] { nameof(CommittedEntriesStay), nameof(ElectionSafety) });
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void A_story_comes_to_its_end_and_is_harmless_without_its_bug(PlantedBug bug, FaultKind story, ulong seed)
    {
        SimulationOptions planted = new SimulationOptions().Planting(bug);
        SeedResult result = SeedRunner.Run(seed, planted with { World = planted.World with { Bug = PlantedBug.None } }, Factory);

        Assert.True(result.Violation is null, result.Report);
        Assert.Empty(result.Undecided);
        Assert.True(result.Faults[story] > 0, $"{story} never came to its end");
    }

    public static TheoryData<PlantedBug, FaultKind, ulong> Stories()
    {
        TheoryData<PlantedBug, FaultKind, ulong> stories = [];
        for (ulong seed = 1; seed <= 3; seed++)
        {
            stories.Add(PlantedBug.CommitsOldTermEntry, FaultKind.FigureEight, seed);
            stories.Add(PlantedBug.WipedReplicaVotes, FaultKind.WipedVoter, seed);
        }

        return stories;
    }
}
