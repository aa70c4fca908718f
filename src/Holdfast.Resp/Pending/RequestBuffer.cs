using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Resp.Pending;

/// <summary>Gathers encoded requests for one hand-over. Between hand-overs it holds no memory.</summary>
internal sealed class RequestBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 4096;

    private byte[] _bytes = [];
    private int _count;

    /// <summary>The bytes gathered.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        Invariant.Require(count >= 0 && count <= _bytes.Length - _count, "a writer advances within the span that it was given");
        _count += count;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_count);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_count);
    }

    /// <summary>Forgets what was gathered and gives the memory back.</summary>
    public void Clear()
    {
        _count = 0;
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Reserve(int size)
    {
        if (_bytes.Length - _count >= size)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, Math.Max(_bytes.Length * 2, _count + size)));
        _bytes.AsSpan(0, _count).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
