using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// What a session's record holds: four numbers of 64 bits, little-endian, in the order of the members.
/// </summary>
internal record struct SessionHead
{
    public const int Size = 4 * sizeof(ulong);

    /// <summary>Numbers below are closed. At least 1.</summary>
    public ulong LowestOpen;

    /// <summary>
    /// The table's count of changes when the session began: what it keeps that is older is of an earlier life under the same id, whose
    /// removal was not finished, and counts for nothing.
    /// </summary>
    public Revision Birth;

    /// <summary>The highest number with a kept result; 0 for none.</summary>
    public ulong Highest;

    /// <summary>No block or result can be freed before the lowest open number is above this.</summary>
    public ulong FirstToFree;

    public static SessionHead Read(ReadOnlySpan<byte> value) => new()
    {
        LowestOpen = BinaryPrimitives.ReadUInt64LittleEndian(value),
        Birth = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(value[8..])),
        Highest = BinaryPrimitives.ReadUInt64LittleEndian(value[16..]),
        FirstToFree = BinaryPrimitives.ReadUInt64LittleEndian(value[24..]),
    };

    public readonly void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value, LowestOpen);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], Birth.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(value[16..], Highest);
        BinaryPrimitives.WriteUInt64LittleEndian(value[24..], FirstToFree);
    }
}
