using System.Net.Sockets;
using System.Text.Json;
using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>Three <c>holdfast server</c> processes with default settings.</summary>
internal sealed class HoldfastCluster(string program, string directory) : MeasuredSystem("holdfast", directory, members: 3)
{
    /// <summary>Waits until every partition has a leader, and no node leads two more than another.</summary>
    /// <exception cref="BenchmarkException">It never came to that.</exception>
    public Task SpreadEvenlyAsync(CancellationToken stop) =>
        UntilAsync("the leaders are spread evenly", () => AreSpreadEvenlyAsync(stop), stop);

    /// <exception cref="DisturbedException">A leader moved since they were spread evenly, and they are not any more.</exception>
    public async Task RequireSpreadEvenlyAsync(CancellationToken stop)
    {
        if (!await AreSpreadEvenlyAsync(stop))
        {
            throw new DisturbedException("leaders moved, and are not spread evenly any more");
        }
    }

    /// <summary>Why clients that know the cluster protocol are not served; null when they are.</summary>
    public async Task<string?> ClusterRefusalAsync(CancellationToken stop)
    {
        try
        {
            using var client = await RespClient.ConnectAsync(Ports[0] + FreePorts.ClusterOffset, stop);
            await client.AskAsync(stop, "CLUSTER", "NODES");
            return null;
        }
        catch (Exception failure) when (failure is SocketException or IOException or BenchmarkException)
        {
            return failure.Message;
        }
    }

    private async Task<bool> AreSpreadEvenlyAsync(CancellationToken stop)
    {
        using JsonDocument answer = JsonDocument.Parse(await GetAsync("/v1/cluster/nodes", stop));
        JsonElement nodes = answer.RootElement.GetProperty("nodes");
        int[] leaders = [.. nodes.EnumerateArray().Select(node => node.GetProperty("leaders").GetInt32())];
        using JsonDocument cluster = JsonDocument.Parse(await GetAsync("/v1/cluster", stop));
        return leaders.Sum() == cluster.RootElement.GetProperty("partitions").GetInt32() && leaders.Max() - leaders.Min() <= 1;
    }

    protected override Command CommandOf(int member)
    {
        string peers = string.Join(',', Members.Where(other => other != member).Select(other => $"localhost:{Ports[other]}"));
        return new Command(
            "dotnet",
            [program, "server", "--id", $"{member}", "--port", $"{Ports[member]}", "--peers", peers, "--data", DirectoryOf(member)]);
    }

    protected override Task<bool> IsReadyAsync(CancellationToken stop) => AllSucceedAsync("/health/ready", stop);
}
