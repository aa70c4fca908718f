using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>Whether a request took effect. The numbers are on the wire.</summary>
public enum Outcome : byte
{
    /// <summary>It was done.</summary>
    Done = 0,

    /// <summary>It was not done and will not be: a retry is safe.</summary>
    NotApplied = 1,

    /// <summary>It may have been done, or may still be.</summary>
    Unknown = 2,
}

/// <summary>Why a request failed. The numbers are on the wire: never change or reuse one.</summary>
public enum FaultCode : byte
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The request is malformed.</summary>
    BadRequest = 1,

    /// <summary>The key is empty, or can't be written so.</summary>
    InvalidKey = 2,

    /// <summary>The key is longer than <see cref="Limits.MaxKeyBytes"/>.</summary>
    KeyTooLarge = 3,

    /// <summary>The value is, or would become, longer than allowed.</summary>
    ValueTooLarge = 4,

    /// <summary>The value is not an integer.</summary>
    NotAnInteger = 5,

    /// <summary>The sum does not fit 64 bits.</summary>
    Overflow = 6,

    /// <summary>The condition did not hold.</summary>
    ConditionFailed = 7,

    /// <summary>The keys are in different slots.</summary>
    CrossSlot = 8,

    /// <summary>The node has as much work queued as it takes.</summary>
    Overloaded = 9,

    /// <summary>The partition has no leader that is known.</summary>
    NoLeader = 10,

    /// <summary>The node is starting.</summary>
    Starting = 11,

    /// <summary>The node is stopping.</summary>
    Stopping = 12,

    /// <summary>The deadline passed.</summary>
    Timeout = 13,

    /// <summary>The disk is too full to take writes.</summary>
    DiskFull = 14,

    /// <summary>The memory is too full to take writes.</summary>
    MemoryFull = 15,

    /// <summary>This version does not know the operation or an option.</summary>
    Unsupported = 16,

    /// <summary>The key that a batch copies or renames is absent.</summary>
    NotFound = 17,

    /// <summary>The idempotency key was used for another request.</summary>
    IdempotencyMismatch = 18,

    /// <summary>
    /// The session is not known, or no more, or waits for no answer to this sequence number: this attempt was not applied, an earlier one
    /// may have been.
    /// </summary>
    SessionExpired = 19,
}

/// <summary>A failed request: why, whether it took effect, and what to do.</summary>
/// <param name="Code">Why it failed.</param>
/// <param name="Outcome">Whether it took effect.</param>
/// <param name="Detail">What happened, for a person.</param>
/// <param name="Revision">For a failed condition, the key's actual revision.</param>
/// <param name="RetryAfterMs">When a retry makes sense; zero when it does not or at once.</param>
public readonly record struct Fault(FaultCode Code, Outcome Outcome, string Detail, Revision Revision = default, uint RetryAfterMs = 0);

/// <summary>The names of faults and outcomes in every protocol and message.</summary>
public static class FaultNames
{
    /// <summary>The name that users see, such as <c>no-leader</c>.</summary>
    public static string Name(this FaultCode code) => code switch
    {
        FaultCode.None => "none",
        FaultCode.BadRequest => "bad-request",
        FaultCode.InvalidKey => "invalid-key",
        FaultCode.KeyTooLarge => "key-too-large",
        FaultCode.ValueTooLarge => "value-too-large",
        FaultCode.NotAnInteger => "not-an-integer",
        FaultCode.Overflow => "overflow",
        FaultCode.ConditionFailed => "condition-failed",
        FaultCode.CrossSlot => "cross-slot",
        FaultCode.Overloaded => "overloaded",
        FaultCode.NoLeader => "no-leader",
        FaultCode.Starting => "starting",
        FaultCode.Stopping => "stopping",
        FaultCode.Timeout => "timeout",
        FaultCode.DiskFull => "disk-full",
        FaultCode.MemoryFull => "memory-full",
        FaultCode.Unsupported => "unsupported",
        FaultCode.NotFound => "not-found",
        FaultCode.IdempotencyMismatch => "idempotency-mismatch",
        FaultCode.SessionExpired => "session-expired",
        _ => throw Invariant.Unreachable("every fault code has a name"),
    };

    /// <summary>The name that users see, such as <c>not-applied</c>.</summary>
    public static string Name(this Outcome outcome) => outcome switch
    {
        Outcome.Done => "done",
        Outcome.NotApplied => "not-applied",
        Outcome.Unknown => "unknown",
        _ => throw Invariant.Unreachable("every outcome has a name"),
    };
}
