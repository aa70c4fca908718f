using Holdfast.Api;

namespace Holdfast.Rest.Tests.Fakes;

/// <summary>A cluster of which a test says what is known.</summary>
public sealed class FakeCluster : IClusterViewSource
{
    public ClusterView Current { get; set; } = new()
    {
        Id = "a1b2",
        Epoch = 1,
        Version = "0.1.0",
        Self = 0,
        Replicas = 3,
        PartitionBy = "key",
        System = new SystemView(1, 4, [0, 1, 2]),
        Problems = [],
        Nodes = [],
        Partitions = [],
    };
}
