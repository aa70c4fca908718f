using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// A segment file. The engine's thread owns all of it but <see cref="File"/>, which belongs to whoever has the work that
/// opens, writes or closes it.
/// </summary>
internal sealed class Segment(LogOptions options, ulong sequence, long bytes)
{
    public ulong Sequence { get; } = sequence;

    /// <summary>The size of the file in bytes.</summary>
    public long Bytes { get; set; } = bytes;

    /// <summary>Where the checksums of its batches and records start.</summary>
    public uint Seed { get; } = LogFormat.Seed(options.Incarnation, options.Lane, sequence);

    /// <summary>How many things keep it: a group's latest hard state here, a stretch of a group's entries here.</summary>
    public int Pins { get; set; }

    /// <summary>Whether the file can be recycled: false once an attempt to make or to delete it has failed.</summary>
    public bool IsFit { get; set; } = true;

    public IDiskFile? File { get; set; }

    public string Path => $"{options.Folder}/{LogFormat.SegmentName(Sequence)}";

    /// <summary>
    /// Makes the file and opens it: empty, or out of a segment that is no longer needed. Not durable before a sync of file and folder.
    /// </summary>
    public void Create(IDisk disk, Segment? recycled, bool prewrites)
    {
        IDiskFile file;
        if (recycled is null)
        {
            // An attempt that the disk was too full for may have left something.
            disk.Delete(Path);
            file = disk.Create(Path, Bytes);
            if (prewrites)
            {
                file.Prewrite();
            }
        }
        else
        {
            recycled.Close();
            disk.Rename(recycled.Path, Path);
            file = disk.Open(Path);
        }

        try
        {
            Span<byte> sector = stackalloc byte[LogFormat.SectorBytes];
            new SegmentHeader(options.Incarnation, options.Lane, Sequence, recycled?.Sequence ?? 0).Write(sector);
            file.Write(0, sector);
        }
        catch (DiskException)
        {
            file.Dispose();
            throw;
        }

        File = file;
    }

    public void Close()
    {
        File?.Dispose();
        File = null;
    }
}
