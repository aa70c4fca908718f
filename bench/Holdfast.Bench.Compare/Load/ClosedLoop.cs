using System.Diagnostics;
using Holdfast.Bench.Compare.Rows;

namespace Holdfast.Bench.Compare.Load;

/// <summary>What a worker of the closed loop asks for. Safe for any number of workers.</summary>
internal interface IKeyValueClient : IDisposable
{
    /// <exception cref="BenchmarkException">The server refused.</exception>
    Task PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken stop);

    /// <summary>Reads, linearizably, a key that is there.</summary>
    /// <exception cref="BenchmarkException">The server refused, or the value is not a whole one.</exception>
    Task GetAsync(string key, CancellationToken stop);
}

/// <summary>
/// Our own load generator: so many workers, each with one request under way, evenly over the members. The same code drives every system,
/// so that the ratio does not come from the client.
/// </summary>
internal sealed class ClosedLoop(string description, IReadOnlyList<IKeyValueClient> members, int keys) : ILoadGenerator
{
    private static readonly byte[] Value = [.. Enumerable.Repeat((byte)'v', Scale.ValueBytes)];

    public string Description => description;

    /// <summary>Puts every key once.</summary>
    public async Task LoadAsync(int workers, CancellationToken stop)
    {
        int last = -1;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async worker =>
        {
            while (Interlocked.Increment(ref last) is var number && number < keys)
            {
                await members[worker % members.Count].PutAsync(RespClient.KeyOf(number), Value, stop);
            }
        }));
    }

    public async Task<LoadResult> RunAsync(LoadShape shape, Amount amount, CancellationToken stop)
    {
        long remaining = amount.Requests;
        long start = Stopwatch.GetTimestamp();
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, shape.Clients).Select(async worker =>
        {
            IKeyValueClient client = members[worker % members.Count];
            var mine = new List<double>();
            while (Interlocked.Decrement(ref remaining) >= 0)
            {
                string key = RespClient.KeyOf(Random.Shared.Next(keys));
                long sent = Stopwatch.GetTimestamp();
                await (shape.Operation == Operation.Set ? client.PutAsync(key, Value, stop) : client.GetAsync(key, stop));
                mine.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return mine;
        }));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] all = [.. latencies.SelectMany(mine => mine).Order()];
        return new LoadResult(all.Length, all.Length / seconds, Percentile.Of(all, 0.5), Percentile.Of(all, 0.99));
    }
}
