using System.Text.Json;
using System.Xml.Linq;
using Holdfast.Api;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;

namespace Holdfast.Cli.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly string[] Short =
        ["bench", "--protocol", "native", "--requests", "300", "--warmup", "0s", "--keys", "50", "--clients", "3", "--pipeline", "2"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("d")]
    [InlineData("e")]
    [InlineData("f")]
    [InlineData("set")]
    [InlineData("get")]
    [InlineData("incr")]
    public async Task Each_workload_runs_to_its_number_of_operations(string workload)
    {
        var cli = new CliRun();
        Assert.Equal(0, await cli.RunAsync([.. Short, "--workload", workload, "--json"]));

        using JsonDocument json = JsonDocument.Parse(cli.Output);
        Assert.Equal(300, json.RootElement.GetProperty("operations").GetInt64());
        Assert.Equal(0, json.RootElement.GetProperty("failed").GetInt64());
        Assert.Equal(workload, json.RootElement.GetProperty("workload").GetString());

        // A read of what an insert beside it has reserved, and not yet put, finds nothing.
        Assert.True(workload == "d" || json.RootElement.GetProperty("misses").GetInt64() == 0);
    }

    [Fact]
    public async Task A_report_is_an_image_and_the_answer_a_table()
    {
        var cli = new CliRun();
        cli.Variables["HOLDFAST_VALUE_BYTES"] = "5";
        string path = _directory.Write("report.svg", string.Empty);

        Assert.Equal(0, await cli.RunAsync([.. Short, "--workload", "set", "--rate", "100000", "--report", path]));

        Assert.Equal("svg", XDocument.Load(path).Root!.Name.LocalName);
        Assert.Contains("300 operations", cli.Output, StringComparison.Ordinal);
        Assert.Contains("open loop at 100,000/s", cli.Output, StringComparison.Ordinal);
        Assert.Contains("p99.9", cli.Output, StringComparison.Ordinal);
        Assert.All(cli.Client.Text(), pair => Assert.Equal(5, pair.Value.Length));
        Assert.All(cli.Client.Text(), pair => Assert.StartsWith("bench:", pair.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Operations_that_fail_are_exit_status_1_after_the_report()
    {
        var cli = new CliRun();
        cli.Client.BeforePut = _ => throw new HoldfastException(new Fault(FaultCode.DiskFull, Outcome.NotApplied, "no space"));

        Assert.Equal(1, await cli.RunAsync([.. Short, "--workload", "set"]));

        Assert.Contains("300 disk-full (not-applied): no space", cli.Output, StringComparison.Ordinal);
        Assert.Contains("300 operations failed", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_can_not_be_reached_is_said_before_anything_is_measured()
    {
        var cli = new CliRun();
        cli.Client.Failure = new HoldfastException(new Fault(FaultCode.Timeout, Outcome.NotApplied, "refused"), unreachable: true);

        Assert.Equal(1, await cli.RunAsync(Short));

        Assert.Equal(string.Empty, cli.Output);
        Assert.Contains("no node could be reached: refused", cli.Error, StringComparison.Ordinal);
    }
}
