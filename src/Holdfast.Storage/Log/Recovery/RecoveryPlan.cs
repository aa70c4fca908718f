using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// What to make of the batches that were found: which segments count, and how far everything was known durable. A value;
/// it touches nothing.
/// </summary>
internal sealed class RecoveryPlan
{
    private readonly Dictionary<ulong, Segment> _segments;

    public RecoveryPlan(IReadOnlyList<SegmentScan> scans)
    {
        List<FoundBatch> all = [.. scans.SelectMany(scan => scan.Batches)];
        foreach (FoundBatch batch in all)
        {
            Watermark = batch.Header.Watermark > Watermark ? batch.Header.Watermark : Watermark;
        }

        // A batch that was torn never freed a segment: only what came down whole counts.
        int last = all.FindLastIndex(batch => batch.Header.End <= Watermark || batch.Body == Body.Intact);
        Oldest = last >= 0 ? all[last].Header.OldestSegment : scans.Select(scan => scan.Segment.Sequence).FirstOrDefault();
        Batches = [.. all.Where(batch => batch.Header.At.Segment >= Oldest)];
        Scans = [.. scans.Where(scan => scan.Segment.Sequence >= Oldest)];
        _segments = Scans.ToDictionary(scan => scan.Segment.Sequence, scan => scan.Segment);
        Obsolete = [.. scans.Where(scan => scan.Segment.Sequence < Oldest).Select(scan => scan.Segment)];
    }

    /// <summary>Everything before this was known durable.</summary>
    public LogPosition Watermark { get; }

    /// <summary>The oldest segment that is needed. Missing it, or anything from it to the watermark, is damage.</summary>
    public ulong Oldest { get; }

    /// <summary>The segments from the oldest needed one on, in order.</summary>
    public IReadOnlyList<SegmentScan> Scans { get; }

    /// <summary>The batches in them, in order.</summary>
    public IReadOnlyList<FoundBatch> Batches { get; }

    /// <summary>Segments that a durable header had let go of, and a crash kept from being deleted.</summary>
    public IReadOnlyList<Segment> Obsolete { get; }

    /// <summary>Where the log begins: the first batch of its oldest needed segment.</summary>
    public LogPosition Start => new(Oldest, LogFormat.SectorBytes);

    public Segment SegmentOf(in FoundBatch batch) => _segments[batch.Header.At.Segment];

    /// <summary>On which side of the watermark a batch lies that ends there.</summary>
    public Side SideOf(LogPosition end) => end <= Watermark ? Side.Below : Side.Beyond;

    /// <summary>On which side a hole lies that begins there.</summary>
    public Side SideOfHole(LogPosition start) => start < Watermark ? Side.Below : Side.Beyond;

    /// <summary>Whether a batch follows on the one before, which ended at <paramref name="end"/>; null when it should be the first one.</summary>
    public bool Follows(in BatchHeader header, LogPosition? end) => end is null ? header.At == Start : header.PreviousEnd == end;
}
