namespace Holdfast.Storage;

/// <summary>What a log record is. The numbers stand on disks: they are never changed and never used again for something else.</summary>
public enum RecordKind : byte
{
    /// <summary>A group's hard state (term, vote). The latest one of a group is needed, the earlier ones are not.</summary>
    State = 1,

    /// <summary>Entries of a group's log, from a first to a last index. Replaces earlier ones of that group from the first index on.</summary>
    Entries = 2,

    /// <summary>A group was removed from this log: its earlier records mean nothing any more.</summary>
    Forget = 3,

    /// <summary>The log was started over: no earlier record of any group means anything any more.</summary>
    Reset = 4,
}
