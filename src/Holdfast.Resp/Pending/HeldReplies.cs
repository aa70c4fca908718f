using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Resp.Pending;

/// <summary>Where a reply that came before its turn is kept.</summary>
internal readonly record struct HeldReply(HeldChunk? Chunk, int Offset, int Length)
{
    /// <summary>The reply's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Chunk is null ? default : Chunk.Bytes.AsSpan(Offset, Length);
}

/// <summary>A block of memory that several held replies share; free again when the last of them went out.</summary>
internal sealed class HeldChunk
{
    /// <summary>The memory, from the pool.</summary>
    public byte[] Bytes = [];

    /// <summary>The bytes in use, from the first.</summary>
    public int Used;

    /// <summary>The replies in it that have not gone out.</summary>
    public int Live;

    /// <summary>The next in the list of chunks without memory.</summary>
    public HeldChunk? NextFree;
}

/// <summary>
/// Keeps rendered replies until the commands before theirs are answered, in chunks, so that a steady flow of replies out of
/// order allocates nothing. One reply is written at a time, between <see cref="Begin"/> and <see cref="End"/>, and is
/// contiguous.
/// </summary>
internal sealed class HeldReplies : IBufferWriter<byte>
{
    private const int ChunkBytes = 16 * 1024;

    private HeldChunk? _current;
    private HeldChunk? _free;
    private int _start;

    /// <summary>The memory in use.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Begins a reply of some expected length.</summary>
    public void Begin(int expectedBytes = 0)
    {
        _current ??= Take(Math.Max(ChunkBytes, expectedBytes));
        _start = _current.Used;
        Reserve(expectedBytes);
    }

    /// <summary>Ends the reply and keeps it until it is released.</summary>
    public HeldReply End()
    {
        Invariant.Require(_current is not null, "a held reply ends after it began");
        _current.Live++;
        return new HeldReply(_current, _start, _current.Used - _start);
    }

    /// <summary>Gives back the memory of a reply that went out.</summary>
    public void Release(HeldReply reply)
    {
        HeldChunk? chunk = reply.Chunk;
        if (chunk is null)
        {
            return;
        }

        Invariant.Require(chunk.Live > 0, "a held reply is released once");
        chunk.Live--;
        if (chunk.Live > 0)
        {
            return;
        }

        if (chunk == _current)
        {
            chunk.Used = 0;
        }
        else
        {
            GiveBack(chunk);
        }
    }

    /// <summary>Gives back the memory that no reply is kept in.</summary>
    public void Trim()
    {
        if (_current is { Live: 0 } chunk)
        {
            _current = null;
            GiveBack(chunk);
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        Invariant.Require(_current is not null && count <= _current.Bytes.Length - _current.Used, "a writer advances within the span that it was given");
        _current.Used += count;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        HeldChunk chunk = Reserve(Math.Max(sizeHint, 1));
        return chunk.Bytes.AsSpan(chunk.Used);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        HeldChunk chunk = Reserve(Math.Max(sizeHint, 1));
        return chunk.Bytes.AsMemory(chunk.Used);
    }

    /// <summary>Makes room behind what is written of the current reply, which moves to a larger chunk when its own is full.</summary>
    private HeldChunk Reserve(int size)
    {
        HeldChunk chunk = _current ?? throw Invariant.Unreachable("a held reply is written after it began");
        if (chunk.Bytes.Length - chunk.Used >= size)
        {
            return chunk;
        }

        int written = chunk.Used - _start;
        HeldChunk larger = Take(Math.Max(ChunkBytes, Math.Max(written * 2, written + size)));
        chunk.Bytes.AsSpan(_start, written).CopyTo(larger.Bytes);
        larger.Used = written;
        chunk.Used = _start;
        _current = larger;
        _start = 0;
        if (chunk.Live == 0)
        {
            GiveBack(chunk);
        }

        return larger;
    }

    private HeldChunk Take(int size)
    {
        HeldChunk chunk = _free ?? new HeldChunk();
        _free = chunk.NextFree;
        chunk.NextFree = null;
        chunk.Bytes = ArrayPool<byte>.Shared.Rent(size);
        RentedBytes += chunk.Bytes.Length;
        return chunk;
    }

    private void GiveBack(HeldChunk chunk)
    {
        RentedBytes -= chunk.Bytes.Length;
        ArrayPool<byte>.Shared.Return(chunk.Bytes);
        chunk.Bytes = [];
        chunk.Used = 0;
        chunk.NextFree = _free;
        _free = chunk;
    }
}
