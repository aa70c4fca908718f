using System.Globalization;
using Holdfast.Api;
using Holdfast.Placement;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>Whether a request is one that the engine can carry out: front ends check too, but anybody may speak the native protocol.</summary>
internal static class RequestCheck
{
    private const RequestFlags KeyConditions = RequestFlags.IfAbsent | RequestFlags.IfPresent | RequestFlags.IfRevision;

    /// <summary>Why the request is refused; null when it is not.</summary>
    public static Fault? Refuse(in Request request, SlotRanges ranges, PartitionBy partitionBy, int maxValueBytes)
    {
        if (!request.Operation.IsKnown())
        {
            return Fault(FaultCode.Unsupported, "this version does not know the operation");
        }

        if ((!request.Session.IsNone || !request.Token.IsEmpty) && !request.Operation.IsWrite())
        {
            return Fault(FaultCode.BadRequest, "a read has neither a session nor a token");
        }

        if (request.Operation == Operation.Batch)
        {
            return BatchCheck.Refuse(request, ranges, partitionBy, maxValueBytes);
        }

        return RefuseOperation(request, maxValueBytes)
            ?? (!request.Operation.HasKey() && request.Partition.Value >= ranges.Partitions
                ? Fault(FaultCode.BadRequest, "there is no such partition")
                : null);
    }

    /// <summary>Why an operation, on its own or in a batch, is refused; null when it is not.</summary>
    public static Fault? RefuseOperation(in Request request, int maxValueBytes)
    {
        if (request.Operation is Operation.Append or Operation.Increment && (request.Flags & KeyConditions) != RequestFlags.None)
        {
            return Fault(FaultCode.Unsupported, "append and increment take no condition in this version");
        }

        if (ExpiryCheck.Refuse(request) is { } problem)
        {
            return Fault(FaultCode.BadRequest, problem);
        }

        return RefuseKey(request) ?? (request.Operation.IsWrite() && request.Value.Length > maxValueBytes
            ? Fault(FaultCode.ValueTooLarge, string.Create(
                CultureInfo.InvariantCulture, $"the value has {request.Value.Length} bytes; at most {maxValueBytes} are allowed"))
            : null);
    }

    /// <summary>A fault of a request that was not carried out.</summary>
    public static Fault Fault(FaultCode code, string detail) => new(code, Outcome.NotApplied, detail);

    private static Fault? RefuseKey(in Request request)
    {
        bool hasTwoKeys = request.Operation is Operation.Copy or Operation.Rename;
        if (request.Operation.HasKey() && (request.Key.IsEmpty || (hasTwoKeys && request.Value.IsEmpty)))
        {
            return Fault(FaultCode.InvalidKey, "a key has at least one byte");
        }

        bool valueIsKey = hasTwoKeys || !request.Operation.HasKey();
        return request.Key.Length > Limits.MaxKeyBytes || (valueIsKey && request.Value.Length > Limits.MaxKeyBytes)
            ? Fault(FaultCode.KeyTooLarge, "a key has at most 4096 bytes")
            : null;
    }
}
