using BenchmarkDotNet.Attributes;
using Holdfast.Bench.Micro.Fakes;

namespace Holdfast.Bench.Micro;

/// <summary>
/// From the bytes of 16 pipelined commands to the bytes of their replies, through session, engine, consensus, log and keyspace of a
/// cluster of one node: all of a server but its sockets and its disk.
/// </summary>
public class WholePathBenchmarks : IDisposable
{
    /// <summary>Little, so that what a node does each 100 ms, whatever the load, does not count as the cost of requests.</summary>
    private const long StepMicros = 20;

    private readonly MemoryCluster _cluster = new(nodes: 1, partitions: 1, StepMicros);
    private MemoryClient _client = null!;

    [GlobalSetup]
    public void Start()
    {
        _cluster.Form();
        _client = new MemoryClient(_cluster, node: 0);
        Set();
    }

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long Set() => _client.SetAll();

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long Get() => _client.GetAll();

    [GlobalCleanup]
    public void Dispose()
    {
        _client?.Dispose();
        _cluster.Dispose();
        GC.SuppressFinalize(this);
    }
}
