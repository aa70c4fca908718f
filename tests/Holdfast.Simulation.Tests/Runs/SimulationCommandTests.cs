namespace Holdfast.Simulation.Tests;

public sealed class SimulationCommandTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--seeds", "5..4")]
    [InlineData("--soak", "10")]
    [InlineData("--seed", "1", "--plant", "gremlin")]
    public void Bad_usage_is_told_and_has_status_2(params string[] args)
    {
        Assert.Equal(2, Run(args));
        Assert.StartsWith("usage:", _output.ToString());
    }

    [Fact]
    public void A_range_of_seeds_prints_each_and_the_counts_of_faults()
    {
        Assert.Equal(0, Run("--seeds", "3..4"));

        string text = _output.ToString();
        Assert.Contains("seed 3:", text);
        Assert.Contains("seed 4:", text);
        Assert.Contains("2 seeds,", text);
        Assert.Contains(nameof(FaultKind.Partition), text);
    }

    [Fact]
    public void A_planted_bug_ends_with_status_1_and_a_report()
    {
        Assert.Equal(1, Run("--seeds", "1..10", "--plant", nameof(PlantedBug.ReadsWithoutRound)));
        Assert.Contains("replay: ", _output.ToString());
    }

    private int Run(params string[] args) => SimulationCommand.Run(args, new LedgerFactory(), _output);
}
