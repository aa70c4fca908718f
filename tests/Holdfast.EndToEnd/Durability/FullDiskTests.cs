using System.Globalization;
using System.Net;
using System.Text;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Durability;

/// <summary>A disk that fills up refuses writes in time, and lets one out again by deleting.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int DiskMebibytes = 128;
    private const int ValueBytes = 512 * 1024;

    /// <summary>More than fits on a disk.</summary>
    private const int MaxWrites = DiskMebibytes * 1024 * 1024 / ValueBytes * 2;

    [FactNeeding(Needs.Mounting)]
    public async Task A_full_disk_stops_writes_with_507_and_nothing_else_and_deleting_ends_it()
    {
        await using SmallDisks disks = await SmallDisks.MountAsync(3, DiskMebibytes);
        await using var cluster = new Cluster(output, nodes: 3, "--partitions=2") { DataFolders = disks.Folders };
        await cluster.StartAllAsync();
        List<string> acknowledged = await FillAsync(cluster);
        Assert.NotEmpty(acknowledged);

        // Reads and deletes go on.
        Assert.Equal(ValueOf(acknowledged[^1]), await cluster.Clients[1].GetAsync(acknowledged[^1]));
        int kept = acknowledged.Count / 4;
        foreach (string key in acknowledged.Skip(kept))
        {
            await cluster.UntilAsync($"'{key}' is deleted", async () => (await cluster.Clients[2].DeleteAsync(key)).IsSuccessStatusCode);
        }

        // Writes come back by themselves.
        await cluster.PutAsync(0, "after", "value");
        await cluster.PutAsync(1, "after too", ValueOf("after too"));
        await HoldsAsync(cluster, acknowledged, kept);

        // And a restart finds it all.
        await Task.WhenAll(cluster.Ids.Select(id => cluster[id].KillAsync()));
        await cluster.StartAllAsync();
        Assert.Equal("value", await cluster.Clients[2].GetAsync("after"));
        await HoldsAsync(cluster, acknowledged, kept);
    }

    /// <summary>Writes until a write is refused; gives the keys that were acknowledged.</summary>
    private static async Task<List<string>> FillAsync(Cluster cluster)
    {
        List<string> acknowledged = [];
        for (int i = 0; i < MaxWrites; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"key-{i}");
            using HttpResponseMessage answer = await cluster.Clients[i % 3].PutAsync(key, ValueOf(key));
            if (answer.StatusCode == HttpStatusCode.InsufficientStorage)
            {
                Assert.Equal(("disk-full", "not-applied"), await answer.FaultAsync());
                Assert.Null(await cluster.Clients[0].GetAsync(key));
                return acknowledged;
            }

            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            acknowledged.Add(key);
        }

        throw new InvalidOperationException("the disk never filled");
    }

    private static async Task HoldsAsync(Cluster cluster, List<string> acknowledged, int kept)
    {
        foreach (string key in acknowledged.Take(kept))
        {
            Assert.Equal(ValueOf(key), await cluster.Clients[1].GetAsync(key));
        }

        Assert.Null(await cluster.Clients[1].GetAsync(acknowledged[kept]));
    }

    private static string ValueOf(string key) => new StringBuilder(key).Append('.', ValueBytes - key.Length).ToString();
}
