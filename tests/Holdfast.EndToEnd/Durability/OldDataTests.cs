using System.Globalization;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Durability;

/// <summary>
/// Data directories of earlier programs. Each fixture is the directory of a node, alone in its cluster, that was killed: with a snapshot
/// of each partition and a log that goes on after it.
/// </summary>
public sealed class OldDataTests
{
    /// <summary>Of the first version, which knew no times to live, batches, sessions or watches.</summary>
    private const string First = "data-0.1.tar.gz";

    [Fact]
    public async Task A_directory_of_the_first_version_is_read_written_and_read_again()
    {
        using var folder = new TemporaryFolder();
        (await Tool.RunAsync("tar", ["-xzf", Path.Combine(Repository.Root, "tests", "Holdfast.EndToEnd", "Fixtures", First), "-C", folder.Path])).Succeeded();
        await using var cluster = new Cluster(null, nodes: 1) { DataFolders = [folder["node"]] };
        await cluster.StartAllAsync();
        await CheckAsync(cluster.Clients[0], counter: 43);

        using HttpResponseMessage incremented = await cluster.Clients[0].SendAsync(HttpMethod.Post, "/v1/kv/counter?op=increment", "10s");
        incremented.EnsureSuccessStatusCode();
        await cluster[0].KillAsync();
        await cluster.StartAllAsync();
        await CheckAsync(cluster.Clients[0], counter: 44);
    }

    private static async Task CheckAsync(NodeClient node, int counter)
    {
        Assert.Equal("value", await node.GetAsync("plain"));
        Assert.Equal(counter.ToString(CultureInfo.InvariantCulture), await node.GetAsync("counter"));
        Assert.Equal("ab", await node.GetAsync("list"));
        Assert.Equal("snapshot", await node.GetAsync("after"));
        Assert.Equal("one", await node.GetAsync("{t}1"));
        Assert.Null(await node.GetAsync("gone"));
        Assert.Equal(1_000, (await node.GetAsync("key:000000000007"))!.Length);
    }
}
