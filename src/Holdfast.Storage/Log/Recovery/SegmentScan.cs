using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>A batch with an intact header, as found in a segment.</summary>
internal readonly record struct FoundBatch(BatchHeader Header, Body Body);

/// <summary>Everything in one segment file that verifies, wherever it stands.</summary>
internal sealed class SegmentScan
{
    private readonly List<FoundBatch> _batches = [];

    public required Segment Segment { get; init; }

    public required SegmentHeaderState State { get; init; }

    public required SegmentHeader Header { get; init; }

    public IReadOnlyList<FoundBatch> Batches => _batches;

    /// <summary>Looks at a segment's header only.</summary>
    public static SegmentScan Open(IDisk disk, LogOptions options, ulong sequence)
    {
        using IDiskFile file = disk.Open($"{options.Folder}/{LogFormat.SegmentName(sequence)}");
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        int read = file.Read(0, bytes);
        SegmentHeaderState state = SegmentHeader.Read(bytes[..read], options, sequence, out SegmentHeader header);
        return new SegmentScan { Segment = new Segment(options, sequence, file.Length), State = state, Header = header };
    }

    /// <summary>
    /// Finds the batches. Where no intact header stands, it goes on sector by sector: a header further on tells that
    /// something is missing in between.
    /// </summary>
    public void FindBatches(ReadOnlySpan<byte> content)
    {
        for (long at = LogFormat.SectorBytes; at + BatchHeader.Size <= content.Length;)
        {
            var position = new LogPosition(Segment.Sequence, at);
            if (BatchHeader.TryRead(content[(int)at..], position, Segment.Seed, out BatchHeader header))
            {
                _batches.Add(new FoundBatch(header, Verify(content[(int)at..], header)));
                at = header.End.Offset;
            }
            else
            {
                at += LogFormat.SectorBytes;
            }
        }
    }

    /// <summary>What stands at an offset after which the segment has no intact header.</summary>
    public Spot SpotWithoutHeader(ReadOnlySpan<byte> content, long offset)
    {
        if (offset >= content.Length)
        {
            return Spot.EndOfFile;
        }

        ReadOnlySpan<byte> rest = content[(int)offset..];
        if (!rest.ContainsAnyExcept((byte)0))
        {
            return Spot.Blank;
        }

        // A recycled segment is full of its earlier life. A write that was torn before its first sector came down looks no different;
        // nothing of it counts either way.
        return Header.RecycledFrom != 0 && !BatchHeader.LooksLikeOneOf(rest, Segment.Sequence) ? Spot.Stale : Spot.Torn;
    }

    private Body Verify(ReadOnlySpan<byte> batch, in BatchHeader header)
    {
        if (header.BodyBytes > batch.Length - BatchHeader.Size)
        {
            return Body.Unreadable;
        }

        ReadOnlySpan<byte> rest = batch.Slice(BatchHeader.Size, header.BodyBytes);
        var body = Body.Intact;
        for (int i = 0; i < header.Records; i++)
        {
            if (!RecordHeader.TryRead(rest, Segment.Seed, out RecordHeader record))
            {
                return Body.Unreadable;
            }

            if (!record.PayloadVerifies(rest, Segment.Seed))
            {
                body = Body.PayloadChanged;
            }

            rest = rest[(RecordHeader.Size + record.PayloadBytes)..];
        }

        return body;
    }
}
