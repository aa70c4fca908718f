using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Tests.EngineLife;

/// <summary>How much of its changes a partition keeps, in a cluster of some number of partitions.</summary>
public sealed class HistoryShareTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(16, 64 * MiB)]
    [InlineData(256, 8 * MiB)]
    [InlineData(100_000, MiB)]
    public void Each_partition_keeps_its_share_of_what_all_may_take(int partitions, long bytes)
    {
        var options = new EngineOptions
        {
            Self = default,
            Address = "localhost:1",
            MaxHistoryBytes = 64 * MiB,
            MinHistoryBytes = MiB,
            MaxHistoryBytesOfAll = 2048 * MiB,
        };
        var map = new ClusterMap();
        map.Partitions.Add(Enumerable.Range(0, partitions).Select(_ => new PartitionPlacement()));

        Assert.Equal(bytes, options.KeyspaceOptions(map, 1000).MaxHistoryBytes);
    }
}
