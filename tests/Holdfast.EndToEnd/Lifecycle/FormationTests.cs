using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Lifecycle;

/// <summary>How processes find together, and when they refuse to.</summary>
public sealed class FormationTests(ITestOutputHelper output)
{
    private const string FewPartitions = "--partitions=4";

    [Fact]
    public async Task Three_processes_started_in_any_order_form_a_cluster_and_any_serves_what_another_took()
    {
        await using var cluster = new Cluster(output);
        int[] order = [2, 0, 1];
        foreach (int id in order)
        {
            cluster.Start(id);
            await cluster.UntilAsync($"node {id} listens", async () =>
                (await cluster.Clients[id].SendAsync(HttpMethod.Get, "/health/live", "2s")).IsSuccessStatusCode);
        }

        await cluster.ReadyAsync();
        for (int i = 0; i < 12; i++)
        {
            string key = $"key-{i}";
            using HttpResponseMessage put = await cluster.Clients[i % 3].PutAsync(key, $"value-{i}");
            put.EnsureSuccessStatusCode();
            string leader = $"{await cluster.LeaderAsync(put.Partition())}";
            Assert.Equal(leader, put.ServedBy());
            foreach (NodeClient client in cluster.Clients)
            {
                using HttpResponseMessage answer = await client.AskAsync(key);
                Assert.Equal($"value-{i}", await answer.Content.ReadAsStringAsync());
                Assert.Equal(put.Partition(), answer.Partition());
            }
        }
    }

    [Fact]
    public async Task A_node_without_peers_is_a_cluster_of_its_own_and_keeps_its_data()
    {
        await using Cluster cluster = await Cluster.StartAsync(output, nodes: 1, FewPartitions);
        await cluster.PutAsync(0, "key", "value");
        await cluster[0].SignalAsync("TERM");
        Assert.Equal(0, await cluster[0].ExitAsync());
        await cluster.StartAllAsync();
        Assert.Equal("value", await cluster.Clients[0].GetAsync("key"));
    }

    [Fact]
    public async Task A_node_whose_data_is_gone_takes_no_part_and_the_others_go_on()
    {
        await using Cluster cluster = await Cluster.StartAsync(output, extra: FewPartitions);
        await cluster.PutAsync(0, "key", "value");
        await cluster[1].KillAsync();
        Directory.Delete(cluster.DataOf(1), recursive: true);
        NodeProcess wiped = cluster.Start(1);
        Assert.Equal(1, await wiped.ExitAsync());
        Assert.Contains("data of node 1 is gone; run 'holdfast node replace 1'", wiped.Log, StringComparison.Ordinal);
        await cluster.LedAsync(0, 2);
        await cluster.PutAsync(0, "key", "another");
        Assert.Equal("another", await cluster.Clients[2].GetAsync("key"));
    }

    [Fact]
    public async Task The_directory_of_another_node_is_refused()
    {
        await using Cluster cluster = await Cluster.StartAsync(output, extra: FewPartitions);
        await cluster[1].KillAsync();
        await cluster[2].KillAsync();
        Directory.Delete(cluster.DataOf(1), recursive: true);
        Directory.Move(cluster.DataOf(2), cluster.DataOf(1));
        NodeProcess mistaken = cluster.Start(1);
        Assert.Equal(1, await mistaken.ExitAsync());
        Assert.Contains("node 2", mistaken.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_a_directory_in_use_is_refused_and_the_first_goes_on()
    {
        await using Cluster cluster = await Cluster.StartAsync(output, nodes: 1, FewPartitions);
        await cluster.PutAsync(0, "key", "value");
        await using var second = NodeProcess.Start(["server", "--port", $"{FreePorts.Take(1)}", "--data", cluster.DataOf(0)]);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains(cluster.DataOf(0), second.Log, StringComparison.Ordinal);
        Assert.Equal("value", await cluster.Clients[0].GetAsync("key"));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_in_one_line_that_names_it()
    {
        await using Cluster cluster = await Cluster.StartAsync(output, nodes: 1, FewPartitions);
        using var folder = new TemporaryFolder();
        await using var second = NodeProcess.Start(["server", "--port", $"{cluster.PortOf(0)}", "--data", folder["data"]]);
        Assert.Equal(1, await second.ExitAsync());
        string last = second.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("holdfast", last, StringComparison.Ordinal);
        Assert.Contains($"{cluster.PortOf(0)}", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_with_one_id_form_nothing_and_the_error_names_both_addresses()
    {
        using var folder = new TemporaryFolder();
        int port = FreePorts.Take(2);
        await using var one = NodeProcess.Start(
            ["server", "--id", "7", "--port", $"{port}", "--peers", $"localhost:{port + 1}", "--data", folder["one"]]);
        await using var other = NodeProcess.Start(
            ["server", "--id", "7", "--port", $"{port + 1}", "--peers", $"localhost:{port}", "--data", folder["other"]]);
        await Patience.UntilAsync("one of them ends", () => Task.FromResult(one.HasExited || other.HasExited), () => one.Log + other.Log);
        NodeProcess first = one.HasExited ? one : other;
        Assert.Equal(1, await first.ExitAsync());
        Assert.Contains($"localhost:{port}", first.Log, StringComparison.Ordinal);
        Assert.Contains($"localhost:{port + 1}", first.Log, StringComparison.Ordinal);
        Assert.Contains("both have id 7", first.Log, StringComparison.Ordinal);
    }
}
