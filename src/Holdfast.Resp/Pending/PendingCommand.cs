namespace Holdfast.Resp.Pending;

/// <summary>How the reply to one request becomes the reply to its command.</summary>
internal enum ReplyShape : byte
{
    /// <summary>The value, or null when the key is absent.</summary>
    Value,

    /// <summary>The number.</summary>
    Number,

    /// <summary>1 when the key was found, else 0.</summary>
    Found,

    /// <summary>The number when the key was found, else 0.</summary>
    Length,

    /// <summary>The type of the key's value.</summary>
    Type,

    /// <summary><c>OK</c>.</summary>
    Ok,

    /// <summary><c>OK</c>, or null when the condition failed.</summary>
    OkOrNull,

    /// <summary>1, or 0 when the condition failed.</summary>
    Done,

    /// <summary>The value before the write, whether or not its condition held; null when there was none.</summary>
    OldValue,

    /// <summary>The number, or 0 when the condition failed.</summary>
    Changed,

    /// <summary>1, or 0 when the condition failed or there was nothing to copy.</summary>
    Copied,

    /// <summary>What is left to live in ms: -1 for ever, -2 for an absent key.</summary>
    LeftMs,

    /// <summary>What is left to live in s, rounded: -1 for ever, -2 for an absent key.</summary>
    LeftSeconds,

    /// <summary>When the key expires, in ms since the Unix epoch: -1 never, -2 for an absent key.</summary>
    DeadlineMs,

    /// <summary>When the key expires, in s since the Unix epoch, rounded: -1 never, -2 for an absent key.</summary>
    DeadlineSeconds,
}

/// <summary>What is particular to a pending command.</summary>
[Flags]
internal enum PendingFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its reply is written in RESP3.</summary>
    Resp3 = 1 << 0,

    /// <summary>It gets no reply (CLIENT REPLY).</summary>
    Silent = 1 << 1,

    /// <summary>It changes state, so that its errors carry an outcome.</summary>
    Write = 1 << 2,

    /// <summary>Its reply is there and waits for its turn.</summary>
    Answered = 1 << 3,
}

/// <summary>A command that was carried out and whose reply has not gone out yet.</summary>
internal struct PendingCommand
{
    /// <summary>The reply, when it came before its turn.</summary>
    public HeldReply Held;

    /// <summary>The gatherer of a command that became several requests; null for the others.</summary>
    public GatheredReply? Gathered;

    /// <summary>The bytes of its requests that wait in the engine.</summary>
    public int RequestBytes;

    /// <summary>How its reply is written.</summary>
    public ReplyShape Shape;

    /// <summary>What is particular to it.</summary>
    public PendingFlags Flags;

    /// <summary>Whether all of the flags are set.</summary>
    public readonly bool Is(PendingFlags flags) => (Flags & flags) == flags;
}
