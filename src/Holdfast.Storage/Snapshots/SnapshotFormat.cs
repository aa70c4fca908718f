using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The layout of a snapshot file: a header with the engine's meta bytes, the payload in blocks of 64 KiB (the last one
/// shorter) with a checksum behind each, and a footer with the payload's length. Little-endian. A block's checksum goes on from the header's and the block's number, so blocks of other files or other
/// places never verify; and a piece can be sent to a follower verified, without reading the whole.
/// </summary>
internal static class SnapshotFormat
{
    public const string Folder = "snapshots";
    public const string Extension = ".snapshot";
    public const string TemporaryExtension = ".tmp";
    public const int BlockBytes = 64 << 10;
    public const int ChecksumBytes = 4;
    public const int FooterBytes = 16;
    private const uint FooterMagic = 0x45534648; // "HFSE"

    /// <summary>The size of a file whose payload begins at <paramref name="start"/>.</summary>
    public static long FileBytes(int start, long payload) =>
        start + payload + (((payload + BlockBytes - 1) / BlockBytes) * ChecksumBytes) + FooterBytes;

    /// <summary>Where a block begins in the file.</summary>
    public static long BlockOffset(int start, long block) => start + (block * (BlockBytes + ChecksumBytes));

    public static uint BlockChecksum(ReadOnlySpan<byte> block, long number, uint headerChecksum)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(place, number);
        return Crc32C.Compute(block, Crc32C.Compute(place, headerChecksum));
    }

    /// <summary>Writes <c>magic:4 crc:4 length:8</c>.</summary>
    public static void WriteFooter(Span<byte> bytes, long payload, uint headerChecksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, FooterMagic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], payload);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Crc32C.Compute(bytes[8..FooterBytes], headerChecksum));
    }

    public static bool TryReadFooter(ReadOnlySpan<byte> bytes, uint headerChecksum, out long payload)
    {
        payload = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == FooterMagic
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Crc32C.Compute(bytes[8..FooterBytes], headerChecksum)
            && payload >= 0;
    }

    /// <summary>A file's name without extension. The serial number keeps two files apart that stand for the same snapshot.</summary>
    public static string Name(GroupId group, SnapshotId id, ulong serial) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder}/{group.Value}-{id.Index.Value}-{id.Term.Value}-{serial}");

    public static bool TryParseName(string name, out GroupId group, out SnapshotId id, out ulong serial)
    {
        group = default;
        id = default;
        serial = 0;
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = name[..^Extension.Length].Split('-');
        if (parts.Length != 4
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint groupValue)
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong index)
            || !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong term)
            || !ulong.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out serial))
        {
            return false;
        }

        group = new GroupId(groupValue);
        id = new SnapshotId(new LogIndex(index), new Term(term));
        return true;
    }
}
