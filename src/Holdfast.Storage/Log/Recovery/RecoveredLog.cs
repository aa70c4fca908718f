using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What recovery found a log to be.</summary>
public enum LogVerdict
{
    /// <summary>There was no log: a new or emptied directory.</summary>
    Empty,

    /// <summary>Everything verified.</summary>
    Clean,

    /// <summary>A batch that was being written at a crash was cut off. Nothing that was known durable is missing.</summary>
    TailCut,

    /// <summary>Bytes that were known durable are missing or changed. The groups concerned are not to be trusted.</summary>
    Damaged,

    /// <summary>The log was not opened: it has a newer format, or belongs to another directory. Nothing was changed.</summary>
    Refused,
}

/// <summary>
/// A stretch of the log that was known durable and does not verify. <paramref name="Group"/> is null when it can't be told
/// whose records stood there: then it concerns all groups of the log. For a group's own damage, the indexes are those of an
/// entries record, else zero.
/// </summary>
public sealed record LogDamage(LogPosition At, GroupId? Group, RecordKind? Kind, LogIndex First, LogIndex Last, string What);

/// <summary>The result of <see cref="WriteAheadLog.Recover"/>.</summary>
public sealed class RecoveredLog
{
    /// <summary>What the log was found to be.</summary>
    public required LogVerdict Verdict { get; init; }

    /// <summary>The verdict as a sentence for the operator, with file names.</summary>
    public required string Explanation { get; init; }

    /// <summary>The log, ready for appends; null when it was refused.</summary>
    public WriteAheadLog? Log { get; init; }

    /// <summary>What is damaged, without what a later <see cref="RecordKind.Forget"/> or <see cref="RecordKind.Reset"/> made irrelevant.</summary>
    public IReadOnlyList<LogDamage> Damage { get; init; } = [];

    /// <summary>Where a tail was cut off, or null.</summary>
    public LogPosition? CutAt { get; init; }

    /// <summary>Whether the damage concerns every group of this log, those included of which no record was visited.</summary>
    public bool AllGroupsDamaged => Damage.Any(damage => damage.Group is null);

    /// <summary>Whether a group of this log is not to be trusted.</summary>
    public bool IsDamaged(GroupId group) => Damage.Any(damage => damage.Group is null || damage.Group == group);
}
