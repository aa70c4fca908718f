using Holdfast.Primitives;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>Nodes whose clock, disks and network are memory, on one thread. A step is one iteration of each node's loop.</summary>
internal sealed class MemoryCluster : IDisposable
{
    private readonly long _stepMicros;
    private readonly int _partitions;
    private readonly MemoryNode[] _nodes;
    private long _nowMicros = 1_000_000;

    public MemoryCluster(int nodes, int partitions, long stepMicros)
    {
        _stepMicros = stepMicros;
        _partitions = partitions;
        _nodes = [.. Enumerable.Range(0, nodes).Select(id => new MemoryNode(this, (uint)id, nodes, partitions, _nowMicros))];
    }

    public MemoryNode this[int node] => _nodes[node];

    /// <summary>Goes on until each partition has a leader and each node leads its share.</summary>
    public void Form()
    {
        const long formingStepMicros = 1_000;
        for (int step = 0; _nodes.Sum(node => node.Led) < _partitions || _nodes.Any(node => node.Led < _partitions / _nodes.Length); step++)
        {
            Invariant.Require(step < 60_000, "nodes form a cluster within a minute");
            Step(formingStepMicros);
        }
    }

    /// <summary>One iteration of each node's loop.</summary>
    public void Step() => Step(_stepMicros);

    public void Dispose()
    {
        foreach (MemoryNode node in _nodes)
        {
            node.Dispose();
        }
    }

    private void Step(long micros)
    {
        _nowMicros += micros;
        foreach (MemoryNode node in _nodes)
        {
            node.Step(_nowMicros);
        }
    }
}
