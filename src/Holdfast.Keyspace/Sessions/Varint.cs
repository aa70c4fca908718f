namespace Holdfast.Keyspace;

/// <summary>Writes unsigned numbers in 7 bits a byte, the lowest first, so that small ones are short.</summary>
internal ref struct VarintWriter(Span<byte> output)
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int MaxSize = 10;

    private readonly Span<byte> _output = output;

    public int Written { get; private set; }

    public void Byte(byte value) => _output[Written++] = value;

    public void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    /// <summary>A signed number, those near zero short.</summary>
    public void Signed(long value) => Number(((ulong)value << 1) ^ (ulong)(value >> 63));
}

/// <summary>Reads what a <see cref="VarintWriter"/> wrote. After an error it gives zeros.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>Whether the bytes ended too early or a number was too long.</summary>
    public bool HasFailed { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            HasFailed = true;
            return 0;
        }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        HasFailed = true;
        return 0;
    }

    public long Signed()
    {
        ulong value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            HasFailed = true;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
