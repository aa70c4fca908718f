using System.Text.Json;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary><c>holdfast bench</c> against a running cluster: that it measures, not what.</summary>
[Collection(SteadyCluster.Name)]
public sealed class BenchTests(SteadyCluster steady)
{
    [Theory]
    [InlineData("resp", "a", "--pipeline", "4")]
    [InlineData("http", "e")]
    [InlineData("native", "f", "--rate", "200")]
    public async Task A_benchmark_finds_no_errors_in_a_healthy_cluster(string protocol, string workload, params string[] more)
    {
        string prefix = $"bench-{protocol}:";
        Ended ended = await steady.Nodes.HoldfastAsync(
            null,
            [
                "bench", "--protocol", protocol, "--workload", workload, "--duration", "2s", "--warmup", "500ms", "--keys", "500",
                "--clients", "4", "--key-prefix", prefix, "--json", .. more,
            ]);
        Assert.True(ended.Status == 0, ended.ToString());

        using JsonDocument json = JsonDocument.Parse(ended.Out);
        JsonElement report = json.RootElement;
        Assert.Equal(protocol, report.GetProperty("protocol").GetString());
        Assert.True(report.GetProperty("operations").GetInt64() > 0);
        Assert.Equal(0, report.GetProperty("failed").GetInt64());
        Assert.Empty(report.GetProperty("errors").EnumerateArray());
        Assert.True(report.GetProperty("latency_us").GetProperty("p99").GetInt64() > 0);
        Assert.NotNull(await steady.Nodes.Clients[0].GetAsync($"{prefix}000000000499"));
        (await steady.Nodes.HoldfastAsync(null, ["clear", prefix])).Succeeded();
    }
}
