using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What a snapshot file's header tells.</summary>
internal enum SnapshotHeaderState
{
    Intact,
    NewerVersion,
    Foreign,
    Unreadable,
}

/// <summary>
/// The header of a snapshot file: <c>magic:4 crc:4 version:4 meta-length:4 incarnation:8 index:8 term:8 group:4 zero:20</c>,
/// then the meta bytes, which the checksum covers too. Magic, checksum, version and length keep their places for ever.
/// </summary>
internal sealed record SnapshotHeader(Incarnation Incarnation, GroupId Group, SnapshotId Id, byte[] Meta, uint Checksum)
{
    public const int Size = 64;
    private const uint Magic = 0x4E534648; // "HFSN"
    private const uint Version = 1;
    private const int LargestMeta = 16 << 20;

    /// <summary>Where the payload begins.</summary>
    public int PayloadStart => Size + Meta.Length;

    /// <summary>Encodes a header, meta bytes included.</summary>
    public static byte[] Encode(Incarnation incarnation, GroupId group, SnapshotId id, ReadOnlySpan<byte> meta)
    {
        Invariant.Require(meta.Length <= LargestMeta, $"a snapshot's meta bytes are at most {LargestMeta}");
        var bytes = new byte[Size + meta.Length];
        Span<byte> span = bytes;
        BinaryPrimitives.WriteUInt32LittleEndian(span, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)meta.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], incarnation.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], id.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], id.Term.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(span[40..], group.Value);
        meta.CopyTo(span[Size..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], Crc32C.Compute(span[8..]));
        return bytes;
    }

    /// <summary>The checksum of an encoded header.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> encoded) => BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]);

    /// <summary>Reads the header at a file's start.</summary>
    public static SnapshotHeaderState Read(IDiskFile file, Incarnation incarnation, out SnapshotHeader? header)
    {
        header = null;
        var bytes = new byte[Size];
        if (file.Read(0, bytes) < Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return SnapshotHeaderState.Unreadable;
        }

        uint meta = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        if (meta > LargestMeta || Size + meta > file.Length)
        {
            return SnapshotHeaderState.Unreadable;
        }

        Array.Resize(ref bytes, Size + (int)meta);
        file.Read(Size, bytes.AsSpan(Size));
        return Decode(bytes, incarnation, out header);
    }

    private static SnapshotHeaderState Decode(ReadOnlySpan<byte> bytes, Incarnation incarnation, out SnapshotHeader? header)
    {
        header = null;
        if (ChecksumOf(bytes) != Crc32C.Compute(bytes[8..]))
        {
            return SnapshotHeaderState.Unreadable;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version)
        {
            return SnapshotHeaderState.NewerVersion;
        }

        header = new SnapshotHeader(
            new Incarnation(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
            new GroupId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..])),
            new SnapshotId(
                new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])),
                new Term(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]))),
            bytes[Size..].ToArray(),
            ChecksumOf(bytes));
        return header.Incarnation == incarnation ? SnapshotHeaderState.Intact : SnapshotHeaderState.Foreign;
    }
}
