namespace Holdfast.Keyspace;

/// <summary>What a command does. Stored in the log: numbers are never changed or reused.</summary>
public enum CommandKind : byte
{
    /// <summary>Sets a key's value and deadline.</summary>
    Put = 1,

    /// <summary>Adds bytes to the end of a value; creates the key when absent; keeps the deadline.</summary>
    Append = 2,

    /// <summary>Removes a key.</summary>
    Delete = 3,

    /// <summary>Adds to a decimal integer; an absent key counts as 0; keeps the deadline.</summary>
    Increment = 4,

    /// <summary>Removes a bounded number of keys of a range, in key order.</summary>
    Clear = 5,

    /// <summary>Removes all keys.</summary>
    Flush = 6,

    /// <summary>Sets or takes away the deadline of a key that exists.</summary>
    Expire = 7,

    /// <summary>Moves group time and removes a bounded number of keys whose deadlines have passed.</summary>
    Advance = 8,

    /// <summary>Carries out operations on several keys, see <see cref="BatchMode"/>. Those below are for batches alone.</summary>
    Batch = 9,

    /// <summary>Gives a value, deadline and revision.</summary>
    Get = 10,

    /// <summary>Gives a value's length, deadline and revision.</summary>
    Measure = 11,

    /// <summary>Fails when a condition is not met.</summary>
    Check = 12,

    /// <summary>Puts the value and deadline of a key under another.</summary>
    Copy = 13,

    /// <summary>Moves a key with its value and deadline, over what is there.</summary>
    Rename = 14,

    /// <summary>Changes no key: begins a session, keeps it alive, or moves its lowest open number on. Keeps no result.</summary>
    Touch = 15,
}

/// <summary>
/// How a command is to be carried out. Stored in the log: bits are never changed or reused. Bits 8..15 are for header blocks.
/// </summary>
[Flags]
public enum CommandFlags : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>A put, delete or expire gives the value before in <see cref="ApplyResult.OldValue"/>.</summary>
    ReturnOldValue = 1,

    /// <summary>
    /// The command carries a deadline: <see cref="ExpiryKind.At"/>. The codec sets and clears this bit
    /// and the next two itself, and those of blocks.
    /// </summary>
    HasDeadline = 2,

    /// <summary>The command carries a time to live: <see cref="ExpiryKind.After"/>.</summary>
    HasTimeToLive = 4,

    /// <summary>A put keeps the deadline: <see cref="ExpiryKind.Keep"/>.</summary>
    KeepDeadline = 8,

    /// <summary>A copy or rename applies when its destination does not exist alone. For the caller to set, as the first.</summary>
    IfDestinationAbsent = 16,

    /// <summary>
    /// Each key that a clear removes has a revision of its own, as a watch needs. Set by <see cref="Command.Clear"/>; clears stored by
    /// older programs lack it, and have one revision for all that they removed.
    /// </summary>
    RevisionPerKey = 32,

    /// <summary>A block with the leader's time goes before the fields: <see cref="Command.StampMs"/>.</summary>
    HasStamp = 1 << 8,

    /// <summary>A block says which command of which session it is: <see cref="Command.Origin"/>.</summary>
    HasSession = 1 << 9,

    /// <summary>A block holds an idempotency token: <see cref="Command.Origin"/>.</summary>
    HasToken = 1 << 10,
}
