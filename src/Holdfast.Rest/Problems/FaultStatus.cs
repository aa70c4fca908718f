using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Problems;

/// <summary>The HTTP status of each fault.</summary>
internal static class FaultStatus
{
    /// <summary>The status that a fault is answered with.</summary>
    public static int Status(this FaultCode code) => code switch
    {
        FaultCode.BadRequest or FaultCode.InvalidKey or FaultCode.KeyTooLarge => 400,
        FaultCode.NotFound => 404,
        FaultCode.NotAnInteger or FaultCode.Overflow or FaultCode.CrossSlot or FaultCode.SessionExpired => 409,
        FaultCode.ConditionFailed => 412,
        FaultCode.ValueTooLarge => 413,
        FaultCode.IdempotencyMismatch => 422,
        FaultCode.Unsupported => 501,
        FaultCode.Overloaded or FaultCode.NoLeader or FaultCode.Starting or FaultCode.Stopping => 503,
        FaultCode.Timeout => 504,
        FaultCode.DiskFull or FaultCode.MemoryFull => 507,
        _ => throw Invariant.Unreachable($"fault {code} has an HTTP status"),
    };

    /// <summary>Whether the same call may succeed soon, so that the answer says when to try again.</summary>
    public static bool IsTransient(this FaultCode code) => code.Status() == 503;
}
