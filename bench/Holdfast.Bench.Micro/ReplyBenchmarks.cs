using BenchmarkDotNet.Attributes;
using Holdfast.Bench.Micro.Fakes;
using Holdfast.Resp.Protocol;

namespace Holdfast.Bench.Micro;

/// <summary>One reply into a connection's send buffer.</summary>
public class ReplyBenchmarks
{
    private readonly FixedOutput _output = new();
    private readonly byte[] _value = new byte[256];

    [Benchmark]
    public long Ok()
    {
        _output.Clear();
        new RespWriter(_output, resp3: false).Ok();
        return _output.Count;
    }

    [Benchmark]
    public long Value()
    {
        _output.Clear();
        new RespWriter(_output, resp3: false).Bulk(_value);
        return _output.Count;
    }
}
