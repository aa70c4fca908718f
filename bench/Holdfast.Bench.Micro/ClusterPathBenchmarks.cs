using BenchmarkDotNet.Attributes;
using Holdfast.Bench.Micro.Fakes;

namespace Holdfast.Bench.Micro;

/// <summary>
/// From a command's bytes at one of three nodes to the bytes of its reply: forwarded or not, confirmed by other nodes, and with all
/// that the nodes send each other; all of three servers but their sockets and disks. Keys of all partitions take turns, and each node
/// leads a third of these.
/// </summary>
public class ClusterPathBenchmarks : IDisposable
{
    /// <summary>
    /// Little, as a command alone takes a dozen steps: what nodes do each 100 ms, whatever the load, is not its cost. It is the byte in the
    /// budgets of such commands.
    /// </summary>
    private const long StepMicros = 1;

    /// <summary>Enough that the logs in memory are full, and what a write adds takes the place of what was there.</summary>
    private const int FillingRounds = 6_000;

    private readonly MemoryCluster _cluster = new(nodes: 3, partitions: 16, StepMicros);
    private MemoryClient _client = null!;

    [GlobalSetup]
    public void Start()
    {
        _cluster.Form();
        _client = new MemoryClient(_cluster, node: 0);
        for (int i = 0; i < FillingRounds; i++)
        {
            SetPipelined();
        }
    }

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long Set() => _client.SetEach();

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long Get() => _client.GetEach();

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long SetPipelined() => _client.SetAll();

    [Benchmark(OperationsPerInvoke = MemoryClient.Keys)]
    public long GetPipelined() => _client.GetAll();

    [GlobalCleanup]
    public void Dispose()
    {
        _client?.Dispose();
        _cluster.Dispose();
        GC.SuppressFinalize(this);
    }
}
