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
            foreach (SeedResult result in fifty)
            {
                faults.Add(result.Faults);
            }

            output.WriteLine(string.Join(", ", faults.All.Select(fault => $"{fault.Kind} {fault.Count}")));
            Assert.All(FaultPlan.DefaultKinds, kind => Assert.True(faults[kind] > 0, $"{kind} never occurred"));
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

    [Fact]
    public void That_a_leader_stamps_by_its_own_clock_shows_in_what_clients_saw()
    {
        SimulationOptions planted = new SimulationOptions().Planting(PlantedBug.StampsByOwnClock);
        IEnumerable<string?> broken = Enumerable.Range(1, 30).Select(seed => SeedRunner.Run((ulong)seed, planted, new EngineFactory()).Violation?.Rule);
        Assert.Contains("linearizability", broken);
    }

    [Theory]
    [InlineData(PlantedBug.ForgetsVote, 200)]
    [InlineData(PlantedBug.AcknowledgesBeforeSync, 60)]
    [InlineData(PlantedBug.ReadsWithoutRound, 60)]
    [InlineData(PlantedBug.CommitsOldTermEntry, 10)]
    [InlineData(PlantedBug.WipedReplicaVotes, 10)]
    [InlineData(PlantedBug.ReadsByOwnClock, 10)]
    [InlineData(PlantedBug.StampsByOwnClock, 20)]
    public void A_planted_bug_is_found(PlantedBug bug, int seeds)
    {
        SeedResult? found = BugHunt.Find(bug, new SimulationOptions(), new EngineFactory(), firstSeed: 1, seeds);
        Assert.True(found is not null, $"{bug} was not found in {seeds} seeds");
        output.WriteLine(found.ToString());
    }
}
