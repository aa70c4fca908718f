using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What a log is opened with.</summary>
public sealed record LogOptions
{
    /// <summary>The data directory that the log belongs to. Segments of another directory are refused.</summary>
    public required Incarnation Incarnation { get; init; }

    /// <summary>The number of the log in its data directory: an engine's lane, from 0.</summary>
    public uint Lane { get; init; }

    /// <summary>The size of a segment file in bytes, 64 MiB by default. A batch that is larger gets a segment of its own size.</summary>
    public long SegmentBytes
    {
        get;
        init
        {
            Invariant.Require(value >= 4096 && value % 512 == 0, "a segment has at least 4,096 bytes, in whole sectors");
            field = value;
        }
    } = 64 << 20;

    /// <summary>The most bytes of a segment that is written with zeros while a batch waits for it.</summary>
    internal const long QuicklyMadeBytes = 4 << 20;

    /// <summary>
    /// The size of a segment where the disk has no room for a whole one, so that it is hardly larger than what waits for it: those are for votes and
    /// deletes. A batch that is larger gets one of its own size here, too.
    /// </summary>
    public long SmallSegmentBytes => LogFormat.AlignToSector(SegmentBytes / 16);

    /// <summary>The size of the first segment after a start: a batch may wait for it, and many nodes never write more.</summary>
    public long FirstSegmentBytes => Math.Min(SegmentBytes, QuicklyMadeBytes);

    /// <summary>
    /// Whether the disk's sync makes bytes durable. With <c>--fsync off</c> it does not: then no watermark is written, and
    /// recovery takes whatever fails to verify for a tail.
    /// </summary>
    public bool Synced { get; init; } = true;

    /// <summary>The folder of the log in the data directory.</summary>
    public string Folder => string.Create(CultureInfo.InvariantCulture, $"log/{Lane}");
}
