using Holdfast.Primitives;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>Nodes whose clock, disks and network are memory, on one thread. A step is one iteration of each node's loop.</summary>
internal sealed class MemoryCluster : IDisposable
{
    private readonly long _stepMicros;
    private readonly MemoryNode[] _nodes;
    private long _nowMicros = 1_000_000;

    public MemoryCluster(int nodes, int partitions, long stepMicros)
    {
        _stepMicros = stepMicros;
        _nodes = [.. Enumerable.Range(0, nodes).Select(id => new MemoryNode(this, (uint)id, nodes, partitions, _nowMicros))];
    }

    public MemoryNode this[int node] => _nodes[node];

    /// <summary>Goes on until every node knows a leader of each partition, then as fast as measured.</summary>
    public void Form()
    {
        const long formingStepMicros = 100;
        for (int step = 0; !Array.TrueForAll(_nodes, node => node.KnowsLeaders); step++)
        {
            Invariant.Require(step < 1_000_000, "nodes form a cluster");
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
