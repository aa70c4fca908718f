using System.Buffers.Binary;

namespace Holdfast.Wire;

/// <summary>
/// Reads little-endian fields in order. Past the end it gives zeros and <see cref="Failed"/> stays set, so that a decoder
/// checks once, at its end.
/// </summary>
internal ref struct SpanReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Whether a read went past the end.</summary>
    public bool Failed { get; private set; }

    /// <summary>The bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    public byte Byte()
    {
        ReadOnlySpan<byte> span = Bytes(sizeof(byte));
        return Failed ? (byte)0 : span[0];
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> span = Bytes(sizeof(uint));
        return Failed ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(span);
    }

    public ulong UInt64()
    {
        ReadOnlySpan<byte> span = Bytes(sizeof(ulong));
        return Failed ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(span);
    }

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Failed = true;
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return bytes;
    }
}
