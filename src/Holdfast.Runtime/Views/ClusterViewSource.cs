using Holdfast.Api;

namespace Holdfast.Runtime;

/// <summary>
/// The node's view of its cluster, made by the engine's thread and read by any: ten times a second while somebody looks, else once a
/// second, since with many partitions it is not cheap.
/// </summary>
public sealed class ClusterViewSource : IClusterViewSource
{
    private readonly Engine _engine;
    private ClusterView _current;
    private bool _wasRead;

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
    public ClusterView Current
    {
        get
        {
            Volatile.Write(ref _wasRead, true);
            return Volatile.Read(ref _current);
        }
    }

    /// <summary>Whether somebody looked since the last call.</summary>
    internal bool TakeWasRead()
    {
        bool wasRead = Volatile.Read(ref _wasRead);
        Volatile.Write(ref _wasRead, false);
        return wasRead;
    }

    internal void Refresh() => Volatile.Write(ref _current, _engine.BuildView());
}
