using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// A write-ahead log in segments, shared by the groups of an engine. Records are opaque. Only the engine's thread calls it;
/// it touches the disk at <see cref="Recover"/> and in the work that it hands out, never elsewhere.
/// </summary>
public sealed class WriteAheadLog
{
    /// <summary>
    /// Reads the log of a data directory, or begins one, while the node starts. Gives each intact record to
    /// <paramref name="visitor"/> in log order; cuts a torn tail, durably; reports damage.
    /// </summary>
    /// <exception cref="DiskException">The disk failed or is full.</exception>
    public static RecoveredLog Recover(IDisk disk, LogOptions options, IRecordVisitor visitor) => throw new NotSupportedException();

    /// <summary>Appends a group's hard state. Durable once <see cref="CompletedThrough"/> reaches <see cref="PendingBatch"/>, as of now.</summary>
    public void AppendState(GroupId group, ReadOnlySpan<byte> payload) => throw new NotSupportedException();

    /// <summary>
    /// Appends entries of a group, which replace its earlier ones from <paramref name="first"/> on. With
    /// <paramref name="last"/> just before <paramref name="first"/> and no payload, it only removes those.
    /// </summary>
    public void AppendEntries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) => throw new NotSupportedException();

    /// <summary>As <see cref="AppendEntries"/>; the caller fills the returned span before it calls anything else here.</summary>
    public Span<byte> ReserveEntries(GroupId group, LogIndex first, LogIndex last, int bytes) => throw new NotSupportedException();

    /// <summary>Appends that a group is removed from this log, and lets go of its records.</summary>
    public void Forget(GroupId group) => throw new NotSupportedException();

    /// <summary>Appends that the log starts over, and lets go of all records: the way out of damage that concerns all groups.</summary>
    public void ForgetAll() => throw new NotSupportedException();

    /// <summary>A durable snapshot covers the group's entries up to and including <paramref name="upTo"/>: the log lets go of them.</summary>
    public void ReleaseEntries(GroupId group, LogIndex upTo) => throw new NotSupportedException();

    /// <summary>The number of the batch that records appended now will be part of.</summary>
    public ulong PendingBatch => throw new NotSupportedException();

    /// <summary>The number of the last durable batch.</summary>
    public ulong CompletedThrough => throw new NotSupportedException();

    /// <summary>Bytes appended and not yet taken.</summary>
    public int PendingBytes => throw new NotSupportedException();

    /// <summary>Why the log takes no more batches, for ever; null while it is well.</summary>
    public DiskException? Failure => throw new NotSupportedException();

    /// <summary>The next batch for the log lane; null when nothing is pending, one is on its way, or the log has failed.</summary>
    public LogBatch? TakeBatch() => throw new NotSupportedException();

    /// <summary>Whether the last batch's end is not yet named durable by a later header, and nothing is pending or on its way.</summary>
    public bool NeedsSeal => throw new NotSupportedException();

    /// <summary>A batch without records, whose header names all before it durable; null unless <see cref="NeedsSeal"/>.</summary>
    public LogBatch? TakeSeal() => throw new NotSupportedException();

    /// <summary>
    /// Takes back a batch that has run. A failure ends the log for ever, since a failed sync can't be retried; except when
    /// the disk was full before anything was written: then <see cref="TakeBatch"/> gives the batch out again.
    /// </summary>
    public void Complete(LogBatch batch) => throw new NotSupportedException();

    /// <summary>The next upkeep for the bulk lane; null when there is none, or one is on its way.</summary>
    public LogUpkeep? TakeUpkeep() => throw new NotSupportedException();

    /// <summary>Takes back upkeep that has run. A failure is not the log's end; call <see cref="TakeUpkeep"/> again after a while.</summary>
    public void Complete(LogUpkeep upkeep) => throw new NotSupportedException();

    /// <summary>Fills in, for each group with a record that keeps the oldest segment, what it is. Nothing when there is just one segment.</summary>
    public void CollectPins(ICollection<LogPin> pins) => throw new NotSupportedException();

    /// <summary>The segments that hold records that are needed, or are waiting to be recycled or deleted, with the one ahead.</summary>
    public int SegmentCount => throw new NotSupportedException();

    /// <summary>The bytes that those segments take on the disk.</summary>
    public long RetainedBytes => throw new NotSupportedException();

    /// <summary>The size of a segment in bytes.</summary>
    public long SegmentBytes => throw new NotSupportedException();
}

/// <summary>
/// A group that keeps the oldest segment: with its hard state (append it again), with entries (snapshot, then
/// <see cref="WriteAheadLog.ReleaseEntries"/>; or append all of its entries from the first needed one on again), or both.
/// </summary>
public readonly record struct LogPin(GroupId Group, bool ByState, bool ByEntries, LogIndex LastEntry);
