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
