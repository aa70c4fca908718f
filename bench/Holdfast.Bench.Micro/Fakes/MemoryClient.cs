using System.Text;
using Holdfast.Primitives;
using Holdfast.Resp;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>
/// A Redis client's connection to a node of a <see cref="MemoryCluster"/>, with keys of 256-byte values that are evenly over all
/// partitions.
/// </summary>
internal sealed class MemoryClient : IDisposable
{
    /// <summary>How many keys it has, and how many commands it sends at a time when it pipelines.</summary>
    public const int Keys = 16;

    private const int SetReplyBytes = 5; // +OK and the end of the line.
    private const int GetReplyBytes = 6 + 256 + 2; // $256, the value, and the ends of both lines.

    private readonly FixedOutput _output = new();
    private readonly MemoryCluster _cluster;
    private readonly RespSession _session;
    private readonly byte[][] _sets;
    private readonly byte[][] _gets;
    private readonly byte[] _allSets;
    private readonly byte[] _allGets;

    public MemoryClient(MemoryCluster cluster, int node)
    {
        _cluster = cluster;
        _session = cluster[node].Connect(_output);
        string[] keys = KeysOf(cluster[node]);
        _sets = Each(keys, key => $"*3\r\n$3\r\nSET\r\n${key.Length}\r\n{key}\r\n$256\r\n{new string('v', 256)}\r\n");
        _gets = Each(keys, key => $"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n");
        _allSets = [.. _sets.SelectMany(command => command)];
        _allGets = [.. _gets.SelectMany(command => command)];
    }

    /// <summary>Sets each key, one after the other.</summary>
    public long SetEach() => RunEach(_sets, SetReplyBytes);

    /// <summary>Gets each key, one after the other.</summary>
    public long GetEach() => RunEach(_gets, GetReplyBytes);

    /// <summary>Sets all keys at once.</summary>
    public long SetAll() => Run(_allSets, Keys * SetReplyBytes);

    /// <summary>Gets all keys at once.</summary>
    public long GetAll() => Run(_allGets, Keys * GetReplyBytes);

    public void Dispose() => _session.Dispose();

    private long RunEach(byte[][] commands, int replyBytes)
    {
        long sum = 0;
        foreach (byte[] command in commands)
        {
            sum += Run(command, replyBytes);
        }

        return sum;
    }

    private long Run(byte[] commands, int replyBytes)
    {
        _output.Clear();
        int used = 0;
        for (int round = 0; used < commands.Length || _output.Count < replyBytes; round++)
        {
            used += used < commands.Length ? _session.Consume(commands.AsSpan(used)) : 0;
            _cluster.Step();
            Invariant.Require(round < 10_000, "a cluster that has formed answers soon");
        }

        return _output.Count == replyBytes ? used : throw new InvalidOperationException(Encoding.UTF8.GetString(_output.Written));
    }

    /// <summary>As many keys, taken from the partitions in turn.</summary>
    private static string[] KeysOf(MemoryNode node)
    {
        var keys = new List<string>();
        for (int number = 0; keys.Count < Keys; number++)
        {
            string key = $"key:{number:00000}";
            if (node.PartitionOf(Encoding.ASCII.GetBytes(key)) == keys.Count % node.PartitionCount)
            {
                keys.Add(key);
            }
        }

        return [.. keys];
    }

    private static byte[][] Each(string[] keys, Func<string, string> command) =>
        [.. keys.Select(key => Encoding.ASCII.GetBytes(command(key)))];
}
