using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>How a command ended. Only <see cref="Applied"/> changes anything but group time.</summary>
public enum ApplyStatus : byte
{
    /// <summary>It took effect.</summary>
    Applied = 0,

    /// <summary>The condition was not met. <see cref="ApplyResult.Revision"/> is the key's, or none when absent.</summary>
    ConditionFailed = 1,

    /// <summary>The value to increment is not a canonical decimal integer of 64 bits.</summary>
    NotAnInteger = 2,

    /// <summary>The sum does not fit in 64 bits.</summary>
    Overflow = 3,

    /// <summary>The value would be longer than <see cref="KeyspaceOptions.MaxValueBytes"/>.</summary>
    ValueTooLarge = 4,

    /// <summary>There was nothing to delete, or nothing whose deadline could change.</summary>
    NotFound = 5,

    /// <summary>The key is empty or longer than <see cref="KeyspaceOptions.MaxKeyBytes"/>.</summary>
    InvalidKey = 6,

    /// <summary>What a batch shows and copies would be more than 64 MiB with the value of this operation.</summary>
    BatchTooLarge = 7,

    /// <summary>There is no such session (any more), and the command is not its first. It may have taken effect before.</summary>
    SessionUnknown = 8,

    /// <summary>The session has said that it no longer waits for this command. It may have taken effect before.</summary>
    SequenceClosed = 9,

    /// <summary>The idempotency token came with another request before.</summary>
    TokenMismatch = 10,

    /// <summary>
    /// No more sessions, results or tokens can be kept until some are closed or expire; or the command's number is 10,000 or more above the
    /// session's lowest open one.
    /// </summary>
    SessionsFull = 11,
}

/// <summary>
/// What applying a command gave. Its spans point into the keyspace's memory and are valid until its next change or snapshot step.
/// </summary>
public ref struct ApplyResult
{
    /// <summary>How it ended.</summary>
    public ApplyStatus Status { get; internal set; }

    /// <summary>
    /// After a change: the partition's new revision, which is also that of the key changed last. When nothing changed: the current
    /// revision of the key (none when absent); of a clear, flush, advance, batch or touch, the partition's.
    /// </summary>
    public Revision Revision { get; internal set; }

    /// <summary>
    /// Whether any key changed. A command can apply and change nothing: a deadline in the past for an absent key, or no
    /// deadline for a key that has none.
    /// </summary>
    public bool Changed { get; internal set; }

    /// <summary>
    /// Whether the command was carried out before and this is what it gave then. Nothing was done now but to move group time.
    /// </summary>
    public bool Repeated { get; internal set; }

    /// <summary>Whether the key existed before the command.</summary>
    public bool Found { get; internal set; }

    /// <summary>Whether the command made a key that did not exist.</summary>
    public bool Created { get; internal set; }

    /// <summary>The value's length in bytes after a put, append, increment, copy or rename that applied; of a get or measure.</summary>
    public int Length { get; internal set; }

    /// <summary>The sum after an increment that applied.</summary>
    public long Number { get; internal set; }

    /// <summary>The key's deadline after the command, in ms of group time; 0 when it has none or is absent.</summary>
    public ulong DeadlineMs { get; internal set; }

    /// <summary>
    /// How many keys were removed: by a delete, by a deadline in the past, by an advance, or by a clear, which does not count those
    /// whose deadline had passed.
    /// </summary>
    public long Deleted { get; internal set; }

    /// <summary>Whether a clear has keys of its range left to look at, or an advance something left to remove.</summary>
    public bool More { get; internal set; }

    /// <summary>The bound that the next step of a clear must carry.</summary>
    public Revision Bound { get; internal set; }

    /// <summary>The start that the next step of a clear must carry, when there is <see cref="More"/>.</summary>
    public ReadOnlySpan<byte> NextKey { get; internal set; }

    /// <summary>Of a batch, the index of the operation that failed it and gave it its status; -1 for none.</summary>
    public int FailedAt { get; internal set; }

    /// <summary>The value before, when it was asked for and the key was <see cref="Found"/>.</summary>
    public ReadOnlySpan<byte> OldValue { get; internal set; }
}
