using Xunit.Abstractions;

namespace Holdfast.Simulation.Tests;

/// <summary>Whole clusters of the real engine, log, consensus and keyspace, each under one seed.</summary>
public class EngineSeedTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 1;
    private const int Seeds = 200;

    [Fact]
    public void Hundreds_of_seeds_hold_every_rule_do_enough_and_suffer_every_fault()
    {
        var results = new SeedResult[Seeds];
        Parallel.For(0, Seeds, i => results[i] = SeedRunner.Run(FirstSeed + (ulong)i, new SimulationOptions(), new EngineFactory()));

        SeedResult? broken = results.FirstOrDefault(result => result.Violation is not null);
        Assert.True(broken is null, broken?.Report);
        Assert.All(results, result => Assert.Empty(result.Undecided));
        Assert.All(results, result => Assert.True(result.Invoked >= 1_000, result.ToString()));
        Assert.All(results, result => Assert.True(result.Acknowledged * 2 >= result.Invoked, result.ToString()));
        output.WriteLine($"{Seeds} seeds, {results.Sum(r => r.Invoked)} operations, {results.Sum(r => r.Acknowledged)} acknowledged");
        foreach (SeedResult[] fifty in results.Chunk(50))
        {
            FaultCounts faults = new();
            WorkCounts work = new();
            foreach (SeedResult result in fifty)
            {
                faults.Add(result.Faults);
                work.Add(result.Work);
            }

            output.WriteLine(string.Join(", ", faults.All.Select(fault => $"{fault.Kind} {fault.Count}")));
            output.WriteLine(string.Join(", ", work.All.Select(kind => $"{kind.Kind} {kind.Count}")));
            Assert.All(FaultPlan.DefaultKinds, kind => Assert.True(faults[kind] > 0, $"{kind} never occurred"));
            Assert.All(work.All, kind => Assert.True(kind.Count > 0, $"{kind.Kind} never occurred"));
        }
    }

    [Fact]
    public void A_seed_of_the_engine_gives_the_same_events_to_the_byte_each_time()
    {
        SeedResult first = SeedRunner.Run(11, new SimulationOptions(), new EngineFactory());
        SeedResult second = SeedRunner.Run(11, new SimulationOptions(), new EngineFactory());

        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.ToString(), second.ToString());
    }

    [Theory]
    [InlineData(PlantedBug.ForgetsSessions, nameof(ListOrder))]
    [InlineData(PlantedBug.ForgetsSessions, nameof(CounterOrder))]
    [InlineData(PlantedBug.ForgetsTokensOfOthers, nameof(ListOrder))]
    [InlineData(PlantedBug.SplitsBatches, nameof(BankOrder))]
    [InlineData(PlantedBug.StampsByOwnClock, "linearizability")]
    [InlineData(PlantedBug.SkipsChangesOfSnapshots, nameof(WatchCompleteness))]
    [InlineData(PlantedBug.TellsLastChangeAlone, nameof(WatchCompleteness))]
    public void A_planted_bug_shows_in_what_clients_saw(PlantedBug bug, string rule)
    {
        SimulationOptions planted = new SimulationOptions().Planting(bug);
        IEnumerable<string?> broken = Enumerable.Range(1, 30).Select(seed => SeedRunner.Run((ulong)seed, planted, new EngineFactory()).Violation?.Rule);
        Assert.Contains(rule, broken);
    }

    [Theory]
    [InlineData(PlantedBug.ForgetsVote, 200)]
    [InlineData(PlantedBug.AcknowledgesBeforeSync, 60)]
    [InlineData(PlantedBug.ReadsWithoutRound, 60)]
    [InlineData(PlantedBug.CommitsOldTermEntry, 10)]
    [InlineData(PlantedBug.WipedReplicaVotes, 10)]
    [InlineData(PlantedBug.ReadsByOwnClock, 10)]
    [InlineData(PlantedBug.StampsByOwnClock, 20)]
    [InlineData(PlantedBug.ForgetsTokensOfOthers, 60)]
    [InlineData(PlantedBug.ForgetsSessions, 10)]
    [InlineData(PlantedBug.SplitsBatches, 10)]
    [InlineData(PlantedBug.LosesSessionsInSnapshots, 10)]
    [InlineData(PlantedBug.SkipsChangesOfSnapshots, 60)]
    [InlineData(PlantedBug.TellsLastChangeAlone, 5)]
    public void A_planted_bug_is_found(PlantedBug bug, int seeds)
    {
        SeedResult? found = BugHunt.Find(bug, new SimulationOptions(), new EngineFactory(), firstSeed: 1, seeds);
        Assert.True(found is not null, $"{bug} was not found in {seeds} seeds");
        output.WriteLine(found.ToString());
    }
}
