namespace Holdfast.EndToEnd.Harness;

/// <summary>One cluster for all tests that leave it as it is: no node is stopped, and each test has keys of its own.</summary>
public sealed class SteadyCluster : IAsyncLifetime
{
    internal const string Name = "A steady cluster";

    internal Cluster Nodes { get; } = new();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Nodes.StartAllAsync();
        await Nodes.SettledAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Nodes.DisposeAsync();
}

/// <summary>The tests that share the cluster.</summary>
[CollectionDefinition(SteadyCluster.Name)]
public sealed class SteadyClusterTests : ICollectionFixture<SteadyCluster>;
