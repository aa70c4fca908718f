using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The header of a record: <c>crc:4 payload-crc:4 length:4 group:4 first:8 last:8 kind:1</c>, in 40 bytes; the payload
/// follows. The header has a checksum of its own, so that a changed payload can be laid at one group's door.
/// </summary>
internal readonly record struct RecordHeader(RecordKind Kind, GroupId Group, LogIndex First, LogIndex Last, int PayloadBytes)
{
    public const int Size = 40;

    /// <summary>Writes the header without its checksums, which <see cref="Seal"/> adds once the segment is known.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)PayloadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Group.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], First.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Last.Value);
        bytes[32] = (byte)Kind;
    }

    /// <summary>Computes the checksums of a record that was written at the span's start, and returns the record's size.</summary>
    public static int Seal(Span<byte> bytes, uint seed)
    {
        int payload = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Crc32C.Compute(bytes.Slice(Size, payload), seed));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32C.Compute(bytes[4..Size], seed));
        return Size + payload;
    }

    /// <summary>Reads a record's header; false when it does not verify or its payload would reach beyond the span.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Compute(bytes[4..Size], seed))
        {
            return false;
        }

        uint payload = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (payload > bytes.Length - Size)
        {
            return false;
        }

        header = new RecordHeader(
            (RecordKind)bytes[32],
            new GroupId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..])),
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])),
            (int)payload);
        return true;
    }

    /// <summary>Whether the payload of a record whose header was read from the span's start verifies.</summary>
    public bool PayloadVerifies(ReadOnlySpan<byte> bytes, uint seed) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Crc32C.Compute(bytes.Slice(Size, PayloadBytes), seed);
}
