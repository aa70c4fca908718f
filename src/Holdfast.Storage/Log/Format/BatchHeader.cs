using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The header of a batch: <c>magic:4 crc:4 segment:8 number:8 offset:4 body:4 previous-segment:8 previous-offset:4 records:4
/// oldest:8 flags:1</c>, in 64 bytes. It names its own place, so a copy of it elsewhere is none; and the end of the batch
/// before, so that a missing one shows. One batch is on its way at a time, hence with sync on that end is also the
/// watermark: all before it was durable when this header was written.
/// </summary>
internal readonly record struct BatchHeader
{
    public const int Size = 64;
    private const uint Magic = 0x54424648; // "HFBT"
    private const byte WatermarkFlag = 1;

    /// <summary>Where the batch stands.</summary>
    public required LogPosition At { get; init; }

    /// <summary>The batch's number, one more than the number of the batch before.</summary>
    public required ulong Number { get; init; }

    /// <summary>The bytes of its records, behind the header.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>How many records it has. None: a seal.</summary>
    public required int Records { get; init; }

    /// <summary>Where the batch before ended. The default for a log's first batch.</summary>
    public required LogPosition PreviousEnd { get; init; }

    /// <summary>The oldest segment that is still needed. Earlier ones may be gone once this header is durable.</summary>
    public required ulong OldestSegment { get; init; }

    /// <summary>Whether everything up to <see cref="PreviousEnd"/> was known durable.</summary>
    public required bool PreviousIsDurable { get; init; }

    /// <summary>Up to where everything was known durable when this was written.</summary>
    public LogPosition Watermark => PreviousIsDurable ? PreviousEnd : default;

    /// <summary>Where the batch ends and the next one in this segment begins.</summary>
    public LogPosition End => At with { Offset = At.Offset + LogFormat.AlignToSector(Size + (long)BodyBytes) };

    public void Write(Span<byte> bytes, uint seed)
    {
        bytes[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], At.Segment);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], checked((uint)At.Offset));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], checked((uint)BodyBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], PreviousEnd.Segment);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], checked((uint)PreviousEnd.Offset));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[44..], checked((uint)Records));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], OldestSegment);
        bytes[56] = PreviousIsDurable ? WatermarkFlag : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Crc32C.Compute(bytes[8..Size], seed));
    }

    /// <summary>Reads the header of a batch at <paramref name="at"/>; false when no intact one stands there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, LogPosition at, uint seed, out BatchHeader header)
    {
        header = default;
        if (!LooksLikeOneOf(bytes, at.Segment)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Compute(bytes[8..Size], seed)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) != at.Offset
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) > int.MaxValue)
        {
            return false;
        }

        header = new BatchHeader
        {
            At = at,
            Number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BodyBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]),
            PreviousEnd = new LogPosition(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..])),
            Records = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]),
            OldestSegment = BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]),
            PreviousIsDurable = (bytes[56] & WatermarkFlag) != 0,
        };
        return true;
    }

    /// <summary>Whether a batch of that segment began to be written here, intact or not.</summary>
    public static bool LooksLikeOneOf(ReadOnlySpan<byte> bytes, ulong segment) =>
        bytes.Length >= Size
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) == segment;
}
