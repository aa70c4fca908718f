using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Makes durable what recovery decided. Everything here can be done again: a crash in the middle leaves a log of which the
/// next recovery makes the same.
/// </summary>
internal sealed class LogRepair(IDisk disk, LogOptions options, RecoveryPlan plan)
{
    /// <summary>Leaves the segments that hold the log up to <paramref name="end"/>, and returns them; null: none does.</summary>
    public IReadOnlyList<Segment> Apply(LogPosition? end, IReadOnlyList<FoundBatch> unconfirmed)
    {
        ulong lastLive = end?.Segment ?? 0;
        List<Segment> live = [.. plan.Scans.Select(scan => scan.Segment).Where(segment => segment.Sequence <= lastLive)];
        foreach (Segment segment in live)
        {
            using IDiskFile file = disk.Open(segment.Path);
            bool changed = Rewrite(file, unconfirmed.Where(batch => batch.Header.At.Segment == segment.Sequence));
            if (segment.Sequence == lastLive && segment.Bytes != end!.Value.Offset)
            {
                // New batches begin a new segment, so nothing that is cut off here can ever come back.
                file.SetLength(end.Value.Offset);
                segment.Bytes = end.Value.Offset;
                changed = true;
            }

            if (changed)
            {
                file.Sync();
            }
        }

        // Only now, and not before the names are durable too: the header that let go of an obsolete segment may have been
        // among the batches that were not, or in a file that a crash could still make nameless.
        disk.SyncFolder(options.Folder);
        foreach (Segment segment in plan.Obsolete.Concat(plan.Scans.Select(scan => scan.Segment).Except(live)))
        {
            disk.Delete(segment.Path);
        }

        disk.SyncFolder(options.Folder);
        return live;
    }

    /// <summary>
    /// Writes batches again that no watermark covers. They were read, but perhaps from memory only: after a failed sync the
    /// kernel hands out bytes that the disk never got, and a second sync of the same bytes lies.
    /// </summary>
    private static bool Rewrite(IDiskFile file, IEnumerable<FoundBatch> batches)
    {
        bool any = false;
        foreach (FoundBatch batch in batches)
        {
            var bytes = new byte[batch.Header.End.Offset - batch.Header.At.Offset];
            int read = file.Read(batch.Header.At.Offset, bytes);
            file.Write(batch.Header.At.Offset, bytes.AsSpan(0, read));
            any = true;
        }

        return any;
    }
}
