using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The stored form of a snapshot: little-endian, versioned, frozen by golden tests. A header, then items that each begin with
/// their kind (u8): any number of records, in no order that matters, and the footer.
/// <code>
/// header  "HFKS", version u16, header size u16, hash seed u64, revision u64, keys u64, logical bytes u64, checksum u64, time u64, 0 u64
/// record  1 u8, slot u16, key length u16, value length u32, revision u64, deadline u64, key, value
/// footer  255 u8, records u64, CRC-32C of all before u32
/// </code>
/// The checksum is of the records alone. Group time was not there once, and zero. Kinds 2..254 are kept for other state, such as sessions.
/// </summary>
internal static class SnapshotFormat
{
    public const ushort Version = 1;
    public const int HeaderSize = 64;
    public const int RecordHeadSize = 25;
    public const int FooterSize = 13;
    public const int FooterCrcAt = 9;
    public const byte RecordKind = 1;
    public const byte FooterKind = 255;

    private const uint Magic = 0x534B_4648;

    public static void WriteHeader(Span<byte> output, SnapshotHeader header)
    {
        output[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(output, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(output[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(output[6..], HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(output[8..], header.HashSeed);
        BinaryPrimitives.WriteUInt64LittleEndian(output[16..], header.Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(output[24..], header.Count);
        BinaryPrimitives.WriteInt64LittleEndian(output[32..], header.LogicalBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(output[40..], header.Checksum);
        BinaryPrimitives.WriteUInt64LittleEndian(output[48..], header.TimeMs);
    }

    public static SnapshotHeader ReadHeader(ReadOnlySpan<byte> input)
    {
        SnapshotFormatException.Require(BinaryPrimitives.ReadUInt32LittleEndian(input) == Magic, "it does not begin as a snapshot does");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(input[4..]);
        SnapshotFormatException.Require(version == Version, $"its format version is {version}, and this program knows {Version}");
        SnapshotFormatException.Require(BinaryPrimitives.ReadUInt16LittleEndian(input[6..]) == HeaderSize, "its header has another size");
        SnapshotFormatException.Require(
            !input[56..HeaderSize].ContainsAnyExcept((byte)0), "it holds state that this program does not know");
        var header = new SnapshotHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(input[8..]),
            new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[16..])),
            BinaryPrimitives.ReadInt64LittleEndian(input[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(input[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(input[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(input[48..]));
        SnapshotFormatException.Require(header is { Count: >= 0, LogicalBytes: >= 0 }, "its header has a number out of range");
        return header;
    }

    public static void WriteRecordHead(Span<byte> output, Record record)
    {
        output[0] = RecordKind;
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], record.Slot.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(output[3..], (ushort)record.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(output[5..], record.ValueLength);
        BinaryPrimitives.WriteUInt64LittleEndian(output[9..], record.Revision.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(output[17..], record.DeadlineMs);
    }

    public static SnapshotRecordHead ReadRecordHead(ReadOnlySpan<byte> input) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(input[1..]),
        BinaryPrimitives.ReadUInt16LittleEndian(input[3..]),
        BinaryPrimitives.ReadUInt32LittleEndian(input[5..]),
        new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[9..])),
        BinaryPrimitives.ReadUInt64LittleEndian(input[17..]));

    /// <summary>Writes the footer; its checksum goes on from <paramref name="crc"/>, that of all before.</summary>
    public static void WriteFooter(Span<byte> output, long count, uint crc)
    {
        output[0] = FooterKind;
        BinaryPrimitives.WriteInt64LittleEndian(output[1..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(output[FooterCrcAt..], Crc32C.Compute(output[..FooterCrcAt], crc));
    }
}

/// <summary>What a snapshot says of itself at its beginning.</summary>
internal readonly record struct SnapshotHeader(ulong HashSeed, Revision Revision, long Count, long LogicalBytes, ulong Checksum, ulong TimeMs);

/// <summary>What goes before a record's key and value in a snapshot, not yet checked.</summary>
internal readonly record struct SnapshotRecordHead(ushort Slot, int KeyLength, uint ValueLength, Revision Revision, ulong DeadlineMs);
