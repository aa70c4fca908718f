using System.Buffers;

namespace Holdfast.Net.Loop;

/// <summary>
/// Bytes of one connection that its handler has not consumed yet, in a rented array that grows with what really came: a
/// length that a client announces reserves nothing.
/// </summary>
internal struct InputBuffer
{
    private const int MinBytes = 512;
    private const int MinReadBytes = 4096;
    private const int GrowthFactor = 4;

    private byte[]? _array;
    private int _start;

    internal int Length { get; private set; }

    internal readonly ReadOnlySpan<byte> Bytes => _array.AsSpan(_start, Length);

    /// <summary>Holds these bytes instead, which lie outside of it.</summary>
    internal void Replace(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || _array is null || _array.Length < bytes.Length)
        {
            Release();
        }

        if (bytes.IsEmpty)
        {
            return;
        }

        _array ??= ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, MinBytes));
        bytes.CopyTo(_array);
        _start = 0;
        Length = bytes.Length;
    }

    /// <summary>Removes bytes from the front.</summary>
    internal void Consume(int count)
    {
        _start += count;
        Length -= count;
        if (Length == 0)
        {
            Release();
        }
    }

    /// <summary>
    /// Room behind the bytes, for at least one byte. The array grows towards <paramref name="wanted"/> bytes in all, but by a
    /// factor at most, so what is copied in all never exceeds what was received.
    /// </summary>
    internal Span<byte> Room(int wanted)
    {
        int capacity = _array?.Length ?? 0;
        int free = capacity - _start - Length;
        bool isEnough = wanted > Length ? _start + wanted <= capacity : free >= MinReadBytes;
        if (free == 0 || (free < MinReadBytes && !isEnough))
        {
            Grow((int)Math.Clamp(wanted, Length * 2L, Math.Max(Length * (long)GrowthFactor, MinBytes)));
        }

        return _array.AsSpan(_start + Length);
    }

    /// <summary>Adds bytes that were put into <see cref="Room"/>.</summary>
    internal void Commit(int count) => Length += count;

    internal void Release()
    {
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = null;
        _start = 0;
        Length = 0;
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, Length + MinBytes));
        int length = Length;
        Bytes.CopyTo(larger);
        Release();
        _array = larger;
        Length = length;
    }
}
