using System.Globalization;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Load;

/// <summary>Which clients redis-benchmark stands for.</summary>
internal enum RedisClients
{
    /// <summary>Clients that know one address.</summary>
    Plain,

    /// <summary>The same, in as many threads as the cluster clients need.</summary>
    PlainThreads,

    /// <summary>Clients that know the cluster and ask the leader itself, with a thread for each node.</summary>
    Cluster,
}

/// <summary>redis-benchmark, as it is installed.</summary>
internal sealed class RedisBenchmark(int port, RedisClients clients, int keys) : ILoadGenerator
{
    public const int Threads = 3;

    public string Description => $"redis-benchmark, {clients}, port {port}";

    public async Task<LoadResult> RunAsync(LoadShape shape, Amount amount, CancellationToken stop) =>
        Parse(shape, amount, await Tool.RunAsync(CommandFor(shape, amount), stop));

    private Command CommandFor(LoadShape shape, Amount amount)
    {
        string[] mode = clients switch
        {
            RedisClients.Plain => [],
            RedisClients.PlainThreads => ["--threads", $"{Threads}"],
            _ => ["--cluster", "--threads", $"{Threads}"],
        };

        // In cluster mode it takes one slot of each node, and has all its keys there.
        int range = clients == RedisClients.Cluster ? keys / Threads : keys;
        return new Command(
            "redis-benchmark",
            [
                "-h", "127.0.0.1", "-p", $"{port}", "-t", shape.Operation == Operation.Set ? "set" : "get",
                "-c", $"{shape.Clients}", "-P", $"{shape.Pipeline}", "-n", $"{amount.Requests}",
                "-d", $"{Scale.ValueBytes}", "-r", $"{range}", "--csv", .. mode,
            ]);
    }

    private static LoadResult Parse(LoadShape shape, Amount amount, Ended ended)
    {
        ended.Succeeded();
        if ((ended.Out + ended.Error).Contains("error", StringComparison.OrdinalIgnoreCase))
        {
            throw ended.Failure("a request was answered with an error");
        }

        if (ended.Error.Contains("slots configuration changed", StringComparison.Ordinal))
        {
            throw new DisturbedException($"{ended.Command}: a leader moved, and the redirections were counted as operations");
        }

        string title = shape.Operation == Operation.Set ? "\"SET\"" : "\"GET\"";
        string line = ended.Out.Split('\n').LastOrDefault(line => line.StartsWith(title, StringComparison.Ordinal))
            ?? throw ended.Failure("printed no result");

        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        double[] fields = [.. line.Split(',').Skip(1).Select(field => double.Parse(field.Trim('"', '\r'), CultureInfo.InvariantCulture))];
        return new LoadResult(amount.Requests, fields[0], fields[3], fields[5]);
    }
}
