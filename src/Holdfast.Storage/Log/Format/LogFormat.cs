using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// What the headers of a log have in common. A segment is a header of one sector, then batches, each from a sector of its
/// own on, so that a torn sector never holds bytes that were acknowledged earlier. A batch is a header and its records.
/// All numbers are little-endian. The checksums of batches and records go on from a seed made of the directory, the lane and
/// the segment's sequence number, so bytes of another directory, or of a recycled segment's earlier life, never verify.
/// </summary>
internal static class LogFormat
{
    public const uint Version = 1;
    public const int SectorBytes = 512;
    private const string Extension = ".segment";
    private const int Digits = 16;

    public static long AlignToSector(long bytes) => (bytes + SectorBytes - 1) & ~(long)(SectorBytes - 1);

    public static string SegmentName(ulong sequence) => sequence.ToString("D16", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseSegmentName(string name, out ulong sequence)
    {
        sequence = 0;
        return name.Length == Digits + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    public static uint Seed(Incarnation incarnation, uint lane, ulong sequence)
    {
        Span<byte> bytes = stackalloc byte[20];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, incarnation.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], lane);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], sequence);
        return Crc32C.Compute(bytes);
    }
}
