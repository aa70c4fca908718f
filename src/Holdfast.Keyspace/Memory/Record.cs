using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>A key with its value in native memory: the address of a head, followed by the key's bytes and the value's.</summary>
internal readonly unsafe struct Record(byte* address) : IEquatable<Record>
{
    public const int HeadSize = 32;

    private const ulong LargeBit = 1UL << 63;

    public static Record None => default;

    public bool IsNone => address == null;

    public byte* Address => address;

    public Revision Revision
    {
        get => new(Fields.RevisionAndLarge & ~LargeBit);
        set => Fields.RevisionAndLarge = value.Value | (Fields.RevisionAndLarge & LargeBit);
    }

    /// <summary>Whether the record is a block of its own, not a piece of a page.</summary>
    public bool IsLarge => (Fields.RevisionAndLarge & LargeBit) != 0;

    public ulong DeadlineMs
    {
        get => BinaryPrimitives.ReverseEndianness(Fields.DeadlineBigEndian);
        set => Fields.DeadlineBigEndian = BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>What the record adds to its state's checksum, kept so that a write need not read the value that it replaces.</summary>
    public ulong Sum
    {
        get => Fields.Sum;
        set => Fields.Sum = value;
    }

    public bool HasDeadline => Fields.DeadlineBigEndian != 0;

    /// <summary>Whether the deadline has come. Zero, for never, wraps around to after all times.</summary>
    public bool IsPast(ulong timeMs) => DeadlineMs - 1 < timeMs;

    /// <summary>The deadline as big-endian bytes and the key, which compare as deadlines do, then as keys.</summary>
    public ReadOnlySpan<byte> DeadlineAndKey =>
        new(address + HeadSize - sizeof(ulong), sizeof(ulong) + Fields.KeyLength);

    public Slot Slot => new(Fields.Slot);

    public ReadOnlySpan<byte> Key => new(address + HeadSize, Fields.KeyLength);

    public ReadOnlySpan<byte> Value => new(address + HeadSize + Fields.KeyLength, Fields.ValueLength);

    public int ValueLength => Fields.ValueLength;

    public int LogicalBytes => Fields.KeyLength + Fields.ValueLength;

    /// <summary>The bytes that the record takes at its present length.</summary>
    public int Size => HeadSize + LogicalBytes;

    public ValueView View => new(Revision, DeadlineMs, Value);

    private ref Head Fields => ref Unsafe.AsRef<Head>(address);

    /// <summary>Writes the head and key of a new record; the value is for the caller to fill.</summary>
    public static Record Write(byte* address, bool large, Slot slot, ReadOnlySpan<byte> key, int valueLength)
    {
        var record = new Record(address);
        record.Fields = new Head
        {
            RevisionAndLarge = large ? LargeBit : 0,
            ValueLength = valueLength,
            KeyLength = (ushort)key.Length,
            Slot = slot.Value,
        };
        key.CopyTo(new Span<byte>(address + HeadSize, key.Length));
        return record;
    }

    /// <summary>The value's bytes to write, at a length that the caller knows to fit.</summary>
    public Span<byte> Resize(int valueLength)
    {
        Fields.ValueLength = valueLength;
        return new(address + HeadSize + Fields.KeyLength, valueLength);
    }

    public bool Equals(Record other) => address == other.Address;

    public override bool Equals(object? obj) => obj is Record other && Equals(other);

    public override int GetHashCode() => ((nint)address).GetHashCode();

    [StructLayout(LayoutKind.Sequential, Size = HeadSize)]
    private struct Head
    {
        public ulong RevisionAndLarge;
        public int ValueLength;
        public ushort KeyLength;
        public ushort Slot;
        public ulong Sum;

        // Last, so that it is followed by the key.
        public ulong DeadlineBigEndian;
    }
}
