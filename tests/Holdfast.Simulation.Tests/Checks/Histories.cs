using Holdfast.Api;

namespace Holdfast.Simulation.Tests;

/// <summary>Words to write histories with: each operation names the moments between which it happened.</summary>
internal static class Histories
{
    public static ClientOperation Get(long from, long to, string value, ulong revision) =>
        Done(Operation.Get, from, to, revision) with { Found = true, Read = value };

    public static ClientOperation GetAbsent(long from, long to) => Done(Operation.Get, from, to, 0);

    public static ClientOperation Put(long from, long to, string value, ulong revision, bool created = false) =>
        Done(Operation.Put, from, to, revision) with { Value = value, Created = created };

    public static ClientOperation Append(long from, long to, string value, ulong revision, int length, bool created = false) =>
        Done(Operation.Append, from, to, revision) with { Value = value, Number = length, Created = created };

    public static ClientOperation Increment(long from, long to, long by, ulong revision, long sum, bool created = false) =>
        Done(Operation.Increment, from, to, revision) with { Argument = by, Number = sum, Created = created };

    public static ClientOperation Delete(long from, long to, ulong revision, int deleted = 1) =>
        Done(Operation.Delete, from, to, revision) with { Number = deleted };

    /// <summary>The deadline that a client asks for is told, in ms of virtual time; zero: none.</summary>
    public static ClientOperation GetDeadline(long from, long to, long ms, ulong revision) => Done(Operation.Deadline, from, to, revision) with
    {
        Found = true,
        Number = ms == 0 ? 0 : SimClock.EpochMs + ms,
        TimeToLiveMs = (ulong)ms,
    };

    public static ClientOperation Expire(long from, long to, ulong revision, int changed = 1) =>
        Done(Operation.Expire, from, to, revision) with { Found = revision != 0, Number = changed };

    /// <summary>A write lets the key end at some time from a moment on.</summary>
    public static ClientOperation Ending(this ClientOperation write, long from) => write with { Expiry = Expiry.After(1), EndsFrom = from };

    /// <summary>A write lets the key end at an instant, in ms of virtual time, or at some time from a moment on.</summary>
    public static ClientOperation EndingAt(this ClientOperation write, long ms, long from) =>
        write with { Expiry = Expiry.At(SimClock.EpochMs + ms), EndsFrom = from };

    public static ClientOperation Keeping(this ClientOperation put) => put with { Expiry = Expiry.Keep };

    /// <summary>The key that a get found has a deadline.</summary>
    public static ClientOperation WithTimeToLive(this ClientOperation get) => get with { TimeToLiveMs = 1 };

    public static ClientOperation If(this ClientOperation operation, RequestFlags flags) => operation with { Flags = flags };

    public static ClientOperation IfAbsent(this ClientOperation operation) => operation with { Flags = RequestFlags.IfAbsent };

    public static ClientOperation IfRevision(this ClientOperation operation, ulong revision) =>
        operation with { Flags = RequestFlags.IfRevision, IfRevision = revision };

    /// <summary>The answer was lost.</summary>
    public static ClientOperation Lost(this ClientOperation operation) =>
        operation with { Outcome = OperationOutcome.Unknown, Completed = long.MaxValue, Revision = 0, Number = 0, Created = false };

    public static ClientOperation Refused(this ClientOperation operation, FaultCode fault) =>
        operation with { Outcome = OperationOutcome.Refused, Fault = fault, Created = false };

    public static ClientOperation NotApplied(this ClientOperation operation) => operation with { Outcome = OperationOutcome.NotApplied };

    private static ClientOperation Done(Operation operation, long from, long to, ulong revision) => new()
    {
        Invoked = from,
        InvokedAt = from,
        Completed = to,
        CompletedAt = to,
        Key = "k",
        Operation = operation,
        Outcome = OperationOutcome.Done,
        Revision = revision,
    };
}
