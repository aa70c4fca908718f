using Xunit.Abstractions;

namespace Holdfast.Simulation.Tests;

public class SeedRunnerTests(ITestOutputHelper output)
{
    [Fact]
    public void A_seed_gives_the_same_events_to_the_byte_each_time()
    {
        SeedResult first = SeedRunner.Run(7, new SimulationOptions(), new LedgerFactory());
        SeedResult second = SeedRunner.Run(7, new SimulationOptions(), new LedgerFactory());
        SeedResult other = SeedRunner.Run(8, new SimulationOptions(), new LedgerFactory());

        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.ToString(), second.ToString());
        Assert.NotEqual(first.TraceHash, other.TraceHash);
    }

    [Fact]
    public void Fifty_seeds_hold_every_rule_do_enough_and_suffer_every_fault()
    {
        FaultCounts faults = new();
        for (ulong seed = 1000; seed < 1050; seed++)
        {
            SeedResult result = SeedRunner.Run(seed, new SimulationOptions(), new LedgerFactory());
            output.WriteLine(result.ToString());
            Assert.True(result.Violation is null, result.Report);
            Assert.Empty(result.Undecided);
            Assert.True(result.Invoked >= 1_000, result.ToString());
            Assert.True(result.Acknowledged * 2 >= result.Invoked, result.ToString());
            faults.Add(result.Faults);
        }

        foreach ((FaultKind kind, long count) in faults.All)
        {
            output.WriteLine($"{kind} {count}");
        }

        output.WriteLine($"CPU {System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds}");
        LedgerFactory ledger = new();
        IEnumerable<FaultKind> missing = Enum.GetValues<FaultKind>()
            .Where(kind => ledger.Supports(kind) && kind is not (FaultKind.BitFlip or FaultKind.WipedDisk or FaultKind.WipedVoter) && faults[kind] == 0);
        Assert.Empty(missing);
    }
}
