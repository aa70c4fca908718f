using System.Buffers;
using Holdfast.Resp;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>Memory of a fixed size that is written over and over, in the place of a connection's send buffer.</summary>
internal sealed class FixedOutput : IRespOutput, IBufferWriter<byte>
{
    private readonly byte[] _bytes = new byte[1 << 20];

    public int Count { get; private set; }

    public IBufferWriter<byte> Writer => this;

    public long UnsentBytes => 0;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(Count);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(Count);

    public void Changed()
    {
    }

    public void RequestClose()
    {
    }
}
