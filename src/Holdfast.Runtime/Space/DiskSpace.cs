using Holdfast.Storage;

namespace Holdfast.Runtime.Space;

/// <summary>
/// How much room the disk has: what was free when it was last looked at, less what was taken since. And what of it is kept for the
/// snapshots that let the log go: without them a full disk could not be let out (DESIGN: Full). The engine's thread, but for
/// <see cref="Settled"/>.
/// </summary>
internal sealed class DiskSpace : ISegmentSpace
{
    /// <summary>How many segments beyond the snapshots are free while writes are taken: deletes and votes have those.</summary>
    private const int SegmentsForDeletes = 4;

    private readonly long _segmentBytes;
    private readonly long _smallSegmentBytes;
    private readonly Func<long> _snapshotBytes;
    private long _free = long.MaxValue;
    private long _taken;
    private long _settled;
    private long _reserve;
    private bool _mayDip;

    /// <param name="segmentBytes">The size of a segment in bytes.</param>
    /// <param name="smallSegmentBytes">Its size where there is no room for a whole one.</param>
    /// <param name="snapshotBytes">What must be free for the snapshot of each group to be taken, one after the other, in bytes.</param>
    public DiskSpace(long segmentBytes, long smallSegmentBytes, Func<long> snapshotBytes)
    {
        _segmentBytes = segmentBytes;
        _smallSegmentBytes = smallSegmentBytes;
        _snapshotBytes = snapshotBytes;
    }

    /// <summary>
    /// The bytes taken so far whose files were written, or failed to be. Whoever measures the disk reads this first, so that nothing
    /// taken is missing from both. Any thread.
    /// </summary>
    public long Settled => Volatile.Read(ref _settled);

    /// <summary>The bytes free, at least.</summary>
    public long Free => _free - _taken;

    /// <summary>Whether so little is free that writes are to be refused.</summary>
    public bool IsLow => Lacking > 0;

    /// <summary>How many bytes more would have to be free for writes to be taken; none when it is not above zero.</summary>
    public long Lacking => _reserve + (SegmentsForDeletes * _segmentBytes) - Free;

    /// <summary>The disk was looked at, after <see cref="Settled"/> was what is given here.</summary>
    public void Measured(long freeBytes, long settled)
    {
        _free = freeBytes > long.MaxValue - settled ? long.MaxValue : freeBytes + settled;
        _reserve = _snapshotBytes();
    }

    /// <summary>
    /// Whether the log may, once, take of what is kept for snapshots what the batch that waits needs: it waits, and no snapshot can be taken that would
    /// let the log go.
    /// </summary>
    public void LetDip(bool may) => _mayDip = may;

    /// <summary>What is left to the log by those whose bytes come from elsewhere, in bytes.</summary>
    public long LeftToLog => 4 * _smallSegmentBytes;

    /// <summary>Bytes are about to be written.</summary>
    public void Take(long bytes) => _taken += bytes;

    /// <inheritdoc/>
    public void Settle(long bytes) => Volatile.Write(ref _settled, _settled + bytes);

    /// <inheritdoc/>
    public long Grant(long wanted, long least, bool isAwaited)
    {
        _reserve = _snapshotBytes();
        long granted = HasRoomFor(wanted, _segmentBytes) ? wanted : HasRoomFor(least, _smallSegmentBytes) ? least : 0;
        if (granted == 0 && isAwaited && _mayDip && least <= Free)
        {
            granted = least;
        }

        _mayDip &= granted == 0 || !isAwaited;
        Take(granted);
        return granted;
    }

    /// <summary>
    /// Room for a segment, and for what is still to come into it, which will add to the snapshots. What waits for it is in their
    /// room already, as uncommitted or as applied.
    /// </summary>
    private bool HasRoomFor(long bytes, long toCome) => Free - bytes >= _reserve + (SnapshotRoom.BytesALogByte * toCome);
}
