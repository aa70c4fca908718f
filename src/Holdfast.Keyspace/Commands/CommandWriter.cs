using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Writes the fields of a command one after another.</summary>
internal ref struct CommandWriter(Span<byte> output)
{
    private readonly Span<byte> _output = output;

    public int Written { get; private set; }

    public void Byte(byte value) => Take(sizeof(byte))[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void Key(ReadOnlySpan<byte> key)
    {
        Invariant.Require(key.Length <= KeyspaceOptions.MaxKeyBytesLimit, "a stored key is at most 4096 bytes");
        UInt16((ushort)key.Length);
        key.CopyTo(Take(key.Length));
    }

    /// <summary>An idempotency token, which has 255 bytes at most.</summary>
    public void Token(ReadOnlySpan<byte> token)
    {
        Byte((byte)token.Length);
        token.CopyTo(Take(token.Length));
    }

    public void Value(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Take(value.Length));
    }

    private Span<byte> Take(int count)
    {
        Span<byte> taken = _output.Slice(Written, count);
        Written += count;
        return taken;
    }
}

/// <summary>Reads the fields of a command one after another. After the end it gives zeros and says that it was truncated.</summary>
internal ref struct CommandReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public bool IsTruncated { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => TryTake(sizeof(byte), out ReadOnlySpan<byte> bytes) ? bytes[0] : (byte)0;

    public ushort UInt16() =>
        TryTake(sizeof(ushort), out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public uint UInt32() => TryTake(sizeof(uint), out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong UInt64() => TryTake(sizeof(ulong), out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public ReadOnlySpan<byte> Key() => TryTake(UInt16(), out ReadOnlySpan<byte> bytes) ? bytes : default;

    public ReadOnlySpan<byte> Token() => TryTake(Byte(), out ReadOnlySpan<byte> bytes) ? bytes : default;

    public ReadOnlySpan<byte> Value() => TryTake(UInt32(), out ReadOnlySpan<byte> bytes) ? bytes : default;

    private bool TryTake(uint count, out ReadOnlySpan<byte> taken)
    {
        if (IsTruncated || count > (uint)_rest.Length)
        {
            IsTruncated = true;
            taken = default;
            return false;
        }

        taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return true;
    }
}
