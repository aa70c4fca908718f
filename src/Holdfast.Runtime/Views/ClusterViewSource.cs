using Holdfast.Api;

namespace Holdfast.Runtime;

/// <summary>
/// The node's view of its cluster, made anew by the engine's thread ten times a second and read by any.
/// </summary>
public sealed class ClusterViewSource : IClusterViewSource
{
    private readonly Engine _engine;
    private ClusterView _current;

    internal ClusterViewSource(Engine engine)
    {
        _engine = engine;
        _current = new ClusterView
        {
            Epoch = 0,
            Version = "",
            Replicas = 0,
            PartitionBy = "key",
            WaitingFor = "the node to start",
            System = new SystemView(null, 0, []),
            Problems = [],
            Nodes = [],
            Partitions = [],
        };
    }

    /// <inheritdoc/>
    public ClusterView Current => Volatile.Read(ref _current);

    internal void Refresh() => Volatile.Write(ref _current, _engine.BuildView());
}
