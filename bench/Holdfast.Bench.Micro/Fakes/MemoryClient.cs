using System.Text;
using Holdfast.Primitives;
using Holdfast.Resp;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>A Redis client's connection to a node of a <see cref="MemoryCluster"/>, with 16 keys of 256-byte values.</summary>
internal sealed class MemoryClient : IDisposable
{
    /// <summary>How many keys it has, and how many commands it sends at a time when it pipelines.</summary>
    public const int Keys = 16;

    private const int SetReplyBytes = 5; // +OK and the end of the line.
    private const int GetReplyBytes = 6 + 256 + 2; // $256, the value, and the ends of both lines.

    private readonly FixedOutput _output = new();
    private readonly MemoryCluster _cluster;
    private readonly RespSession _session;
    private readonly byte[][] _sets = Each(i => $"*3\r\n$3\r\nSET\r\n$6\r\nkey:{i:00}\r\n$256\r\n{new string('v', 256)}\r\n");
    private readonly byte[][] _gets = Each(i => $"*2\r\n$3\r\nGET\r\n$6\r\nkey:{i:00}\r\n");
    private readonly byte[] _allSets;
    private readonly byte[] _allGets;
    private int _next;

    public MemoryClient(MemoryCluster cluster, int node)
    {
        _cluster = cluster;
        _session = cluster[node].Connect(_output);
        _allSets = [.. _sets.SelectMany(command => command)];
        _allGets = [.. _gets.SelectMany(command => command)];
    }

    public long SetNext() => Run(_sets[_next++ % Keys], SetReplyBytes);

    public long GetNext() => Run(_gets[_next++ % Keys], GetReplyBytes);

    public long SetAll() => Run(_allSets, Keys * SetReplyBytes);

    public long GetAll() => Run(_allGets, Keys * GetReplyBytes);

    public void Dispose() => _session.Dispose();

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

    private static byte[][] Each(Func<int, string> command) =>
        [.. Enumerable.Range(0, Keys).Select(i => Encoding.ASCII.GetBytes(command(i)))];
}
