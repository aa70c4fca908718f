using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Space;

/// <summary>A disk that fills up refuses writes in time, and lets one out again by deleting, whatever stood still meanwhile.</summary>
public class FullDiskTests
{
    /// <summary>Which node stands still, if any, from which write on, and for how many.</summary>
    public static TheoryData<int?, int, int> Pauses()
    {
        var cases = new TheoryData<int?, int, int> { { null, 0, 0 } };
        foreach (int node in Enumerable.Range(0, SmallDiskCluster.Nodes))
        {
            foreach (int from in new[] { 20, 60, 90 })
            {
                foreach (int writes in new[] { 10, 40, 900 })
                {
                    cases.Add(node, from, writes);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Pauses))]
    public void Deleting_lets_a_full_disk_out(int? paused, int from, int writes)
    {
        using var cluster = new SmallDiskCluster();
        List<string> keys = Fill(cluster, paused, from, writes);
        LetOut(cluster, keys);
        cluster.CrashAll();
        cluster.Insist(() => cluster.Put(1, "after the restart"));
        cluster.Holds(keys.Take(keys.Count / 4).Append("after 0"));
    }

    [Theory]
    [MemberData(nameof(Pauses))]
    public void A_full_disk_outlives_a_restart_and_deleting_lets_it_out_after_it(int? paused, int from, int writes)
    {
        using var cluster = new SmallDiskCluster();
        List<string> keys = Fill(cluster, paused, from, writes);
        for (int crashes = 0; crashes < 10; crashes++)
        {
            cluster.CrashAll();
            cluster.Steps(crashes * 200);
        }

        cluster.Insist(() => cluster.Delete(0, "none"));
        cluster.Holds(keys);
        LetOut(cluster, keys);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Disks_of_any_size_are_let_out_whatever_stands_still_or_crashes(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        int valueBytes = new[] { 100, 1000, 8 * 1024, 40 * 1024 }[random.Next(4)];
        long segmentBytes = 16 * 1024 << random.Next(3);
        long diskBytes = Math.Max(1 << 20, valueBytes * 100) + random.Next(valueBytes < 1000 ? 1 << 19 : 1 << 22);
        using var cluster = new SmallDiskCluster(diskBytes, valueBytes, partitions: 1 + random.Next(8), segmentBytes);
        int paused = -1;
        void Pause(int write)
        {
            if (random.Chance(0.02))
            {
                for (int node = 0; node < SmallDiskCluster.Nodes; node++)
                {
                    cluster[node].IsPaused = false;
                }

                paused = random.Next(SmallDiskCluster.Nodes + 1) - 1;
                if (paused >= 0)
                {
                    cluster[paused].IsPaused = true;
                }
            }
        }

        List<string> keys = cluster.Fill(Pause, via: i => i % SmallDiskCluster.Nodes == paused ? (i + 1) % SmallDiskCluster.Nodes : i % SmallDiskCluster.Nodes);
        for (int crashes = random.Next(3); crashes > 0; crashes--)
        {
            cluster.CrashAll();
            cluster.Steps(random.Next(3000));
        }

        for (int node = 0; node < SmallDiskCluster.Nodes; node++)
        {
            cluster[node].IsPaused = false;
        }

        cluster.Insist(() => cluster.Delete(0, "none"));
        cluster.Holds(keys.Where((_, i) => i % 16 == 0));
        LetOut(cluster, keys);
    }

    [Fact]
    public void A_snapshot_for_which_a_follower_has_no_room_is_begun_again_when_it_has()
    {
        using var cluster = new SmallDiskCluster(diskBytes: 4 << 20);
        cluster[2].IsPaused = true;
        for (int i = 0; i < 100; i++)
        {
            cluster.Insist(() => cluster.Put(0, $"key-{i}"));
        }

        cluster[2].Disk.Plant("ballast", new byte[cluster[2].Disk.FreeBytes - (100 * 1024)]);
        cluster[2].IsPaused = false;
        cluster.Steps(10_000);
        Assert.False(cluster.IsCaughtUp(2), $"{cluster}");
        Assert.DoesNotContain(cluster[2].Disk.Names, name => name.EndsWith(".tmp", StringComparison.Ordinal) && cluster[2].Disk.Bytes(name).Length > 100 * 1024);

        cluster[2].Disk.Lose("ballast");
        cluster.Steps(10_000);
        Assert.True(cluster.IsCaughtUp(2), $"{cluster}");
    }

    [Fact]
    public void A_follower_that_has_no_room_for_a_snapshot_gets_the_next_one_if_that_fits()
    {
        using var cluster = new SmallDiskCluster(diskBytes: 4 << 20, partitions: 1);
        cluster[2].IsPaused = true;
        for (int i = 0; i < 150; i++)
        {
            cluster.Insist(() => cluster.Put(0, $"key-{i}"));
        }

        cluster[2].Disk.Plant("ballast", new byte[cluster[2].Disk.FreeBytes - (600 * 1024)]);
        cluster[2].IsPaused = false;
        cluster.Steps(5000);
        Assert.False(cluster.IsCaughtUp(2), $"{cluster}");

        for (int i = 0; i < 149; i++)
        {
            cluster.Insist(() => cluster.Delete(0, $"key-{i}"));
        }

        cluster.SnapshotAll(0);
        cluster.SnapshotAll(1);
        cluster.Steps(20_000);
        Assert.True(cluster.IsCaughtUp(2), $"{cluster}");
    }

    /// <summary>Those that found something, but for the first ten. HOLDFAST_DISK_SEEDS=N tries the first N instead.</summary>
    public static TheoryData<int> Seeds() => Environment.GetEnvironmentVariable("HOLDFAST_DISK_SEEDS") is { } seeds
        ? [.. Enumerable.Range(0, int.Parse(seeds, CultureInfo.InvariantCulture))]
        : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 56, 57, 101, 125, 131, 204, 214, 270, 303, 319, 334];

    private static List<string> Fill(SmallDiskCluster cluster, int? paused, int from, int writes)
    {
        List<string> keys = cluster.Fill(
            before: i =>
            {
                if (paused is { } node && (i == from || i == from + writes))
                {
                    cluster[node].IsPaused = i == from;
                }
            },
            via: i => i % SmallDiskCluster.Nodes == paused ? (i + 1) % SmallDiskCluster.Nodes : i % SmallDiskCluster.Nodes);
        if (paused is { } stopped)
        {
            cluster[stopped].IsPaused = false;
        }

        Assert.NotEmpty(keys);
        return keys;
    }

    private static void LetOut(SmallDiskCluster cluster, List<string> keys)
    {
        foreach (string key in keys.Skip(keys.Count / 4))
        {
            cluster.Insist(() => cluster.Delete(2, key));
        }

        for (int i = 0; i < SmallDiskCluster.Nodes; i++)
        {
            int node = i;
            cluster.Insist(() => cluster.Put(node, $"after {node}"));
        }

        cluster.Holds(keys.Take(keys.Count / 4));
    }
}
