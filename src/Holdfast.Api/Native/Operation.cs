namespace Holdfast.Api;

/// <summary>What a request asks of one partition. The numbers are on the wire: never change or reuse one.</summary>
public enum Operation : byte
{
    /// <summary>The value of a key.</summary>
    Get = 1,

    /// <summary>Whether a key exists, and the length of its value, without the value.</summary>
    Measure = 2,

    /// <summary>Sets a key to a value.</summary>
    Put = 3,

    /// <summary>Appends to a key's value; creates the key when absent.</summary>
    Append = 4,

    /// <summary>Removes a key.</summary>
    Delete = 5,

    /// <summary>Adds <see cref="Request.Argument"/> to the integer that a key holds.</summary>
    Increment = 6,

    /// <summary>A page of a partition's pairs in the order of unsigned bytes.</summary>
    List = 7,

    /// <summary>A page of a partition's keys in hash order, from a cursor.</summary>
    Scan = 8,

    /// <summary>The number of keys in a partition.</summary>
    Count = 9,

    /// <summary>A step of deleting a range of a partition's keys.</summary>
    Clear = 10,

    /// <summary>Deletes all keys of a partition as one change.</summary>
    Flush = 11,

    /// <summary>Sets or drops a key's deadline; <see cref="RequestFlags.ReturnOld"/> answers with its value.</summary>
    Expire = 12,

    /// <summary>When a key expires, in ms since the Unix epoch: zero when never.</summary>
    Deadline = 13,

    /// <summary>
    /// Several operations on keys of one partition as one change: <see cref="Request.Key"/> is a key of one of them, and
    /// <see cref="Request.Value"/> holds them (<see cref="BatchBuilder"/>). The reply's payload holds an item for each
    /// (<see cref="BatchItem"/>); of a batch that failed, its number is the index of the operation that failed it.
    /// </summary>
    Batch = 14,

    /// <summary>In a batch: that a key meets the request's condition. Nothing takes effect when it does not.</summary>
    Check = 15,

    /// <summary>In a batch: a key's value and deadline to another key, which <see cref="Request.Value"/> names.</summary>
    Copy = 16,

    /// <summary>In a batch: a key becomes another, which <see cref="Request.Value"/> names.</summary>
    Rename = 17,

    /// <summary>
    /// A page of a partition's changes after <see cref="Request.Revision"/>, of keys that begin with <see cref="Request.Key"/> (empty:
    /// all), as <see cref="ChangeItem"/>s in the order in which they took effect. With <see cref="RequestFlags.Stale"/> any replica tells
    /// of what it has applied; and when there is nothing to tell it waits for as many ms as <see cref="Request.Argument"/> says, and no
    /// longer than the request may take. The reply's number is the revision up to which everything was told, to go on from; with
    /// <see cref="ReplyFlags.Gap"/> changes up to there are not kept any more, and the page is empty. The reply's revision is that of the
    /// partition's last change.
    /// </summary>
    Changes = 18,
}

/// <summary>How an operation is to be done. The numbers are on the wire: never change or reuse one.</summary>
[Flags]
public enum RequestFlags : ushort
{
    /// <summary>Linearizable, without a condition.</summary>
    None = 0,

    /// <summary>A read may be answered by any replica from what it has applied.</summary>
    Stale = 1 << 0,

    /// <summary>A write only when the key is absent.</summary>
    IfAbsent = 1 << 1,

    /// <summary>A write only when the key is present.</summary>
    IfPresent = 1 << 2,

    /// <summary>A write only when the key has <see cref="Request.Revision"/>.</summary>
    IfRevision = 1 << 3,

    /// <summary>A put answers with the value that it replaced; when its condition failed, with the value that stays, in place of a detail.</summary>
    ReturnOld = 1 << 4,

    /// <summary>A listing without values.</summary>
    KeysOnly = 1 << 5,

    /// <summary>A listing starts after the start key, not at it.</summary>
    AfterStart = 1 << 6,

    /// <summary>An expire only when the key has a deadline. Without: <see cref="IfAbsent"/> and <see cref="IfPresent"/> speak of the key.</summary>
    IfExpiring = 1 << 7,

    /// <summary>An expire only when the key has no deadline.</summary>
    IfLasting = 1 << 8,

    /// <summary>An expire only to a later deadline; none counts as the latest.</summary>
    IfLater = 1 << 9,

    /// <summary>An expire only to an earlier deadline; none counts as the latest.</summary>
    IfEarlier = 1 << 10,

    /// <summary>A copy or rename only when the destination is absent.</summary>
    IfDestinationAbsent = 1 << 11,

    /// <summary>
    /// A batch of which only a failed check prevents the rest; its checks come first. Without: any operation that fails prevents all.
    /// </summary>
    Sequential = 1 << 12,

    /// <summary>A batch whose keys may be in several slots of its partition. Without: all are in one slot.</summary>
    AnySlot = 1 << 13,

    /// <summary>Changes: none are told, the reply's number is the revision of the partition's last one, to go on from.</summary>
    FromNow = 1 << 14,
}

/// <summary>What the operations have in common.</summary>
public static class Operations
{
    /// <summary>Whether the operation is one that this version knows as a request of its own.</summary>
    public static bool IsKnown(this Operation operation) => operation is (>= Operation.Get and <= Operation.Batch) or Operation.Changes;

    /// <summary>Whether the operation changes state, so that its errors carry an outcome.</summary>
    public static bool IsWrite(this Operation operation) => operation is
        Operation.Put or Operation.Append or Operation.Delete or Operation.Increment or Operation.Clear or Operation.Flush or Operation.Expire
        or Operation.Batch;

    /// <summary>Whether the operation concerns one key; the others name their partition.</summary>
    public static bool HasKey(this Operation operation) => operation is
        (>= Operation.Get and <= Operation.Increment) or (>= Operation.Expire and <= Operation.Rename);

    /// <summary>Whether a batch may hold the operation.</summary>
    public static bool IsOfBatch(this Operation operation) => operation is
        (>= Operation.Get and <= Operation.Increment) or Operation.Expire or Operation.Deadline or (>= Operation.Check and <= Operation.Rename);
}
