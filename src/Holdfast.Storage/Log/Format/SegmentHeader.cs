using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What a segment's first sector tells about the file.</summary>
internal enum SegmentHeaderState
{
    /// <summary>It is this log's segment of that number, in a format that we read.</summary>
    Intact,

    /// <summary>A newer program wrote it.</summary>
    NewerVersion,

    /// <summary>It belongs to another data directory or lane.</summary>
    Foreign,

    /// <summary>It does not verify, or names another number: a segment that was being made, or damage.</summary>
    Unreadable,
}

/// <summary>
/// The header of a segment: <c>magic:4 crc:4 version:4 lane:4 incarnation:8 sequence:8 recycled-from:8</c>. Magic, checksum
/// (of the bytes from 8 to 64, without a seed) and version keep their places in every future version.
/// </summary>
internal readonly record struct SegmentHeader(Incarnation Incarnation, uint Lane, ulong Sequence, ulong RecycledFrom)
{
    public const int Size = 64;
    private const uint Magic = 0x474C4648; // "HFLG"

    /// <summary>Writes the header over a whole sector.</summary>
    public void Write(Span<byte> sector)
    {
        sector.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[8..], LogFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[12..], Lane);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[16..], Incarnation.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[24..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[32..], RecycledFrom);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[4..], Crc32C.Compute(sector[8..Size]));
    }

    /// <summary>Reads the header of what should be the segment <paramref name="sequence"/> of the log with these options.</summary>
    public static SegmentHeaderState Read(ReadOnlySpan<byte> bytes, LogOptions options, ulong sequence, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Compute(bytes[8..Size]))
        {
            return SegmentHeaderState.Unreadable;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != LogFormat.Version)
        {
            return SegmentHeaderState.NewerVersion;
        }

        header = new SegmentHeader(
            new Incarnation(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
        if (header.Incarnation != options.Incarnation || header.Lane != options.Lane)
        {
            return SegmentHeaderState.Foreign;
        }

        return header.Sequence == sequence ? SegmentHeaderState.Intact : SegmentHeaderState.Unreadable;
    }
}
