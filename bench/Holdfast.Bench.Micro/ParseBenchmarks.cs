using System.Text;
using BenchmarkDotNet.Attributes;
using Holdfast.Resp.Protocol;

namespace Holdfast.Bench.Micro;

/// <summary>One command out of the bytes of a connection.</summary>
public class ParseBenchmarks
{
    private static readonly byte[] SetBytes = Encoding.ASCII.GetBytes(
        $"*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$256\r\n{new string('v', 256)}\r\n");

    private static readonly byte[] GetBytes = "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000042\r\n"u8.ToArray();

    private readonly RespParser _parser = new() { MaxBulkBytes = 1 << 20, MaxCommandBytes = 1 << 20 };

    [Benchmark]
    public long Set() => Parse(SetBytes);

    [Benchmark]
    public long Get() => Parse(GetBytes);

    private long Parse(ReadOnlySpan<byte> bytes)
    {
        ParseStatus status = _parser.Read(bytes, out int used);
        int arguments = _parser.Command(bytes).Count;
        _parser.Next();
        return status == ParseStatus.Command ? used + arguments : throw new InvalidOperationException($"parsing gave {status}");
    }
}
