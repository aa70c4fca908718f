using System.Buffers;
using System.Globalization;
using Holdfast.Api;
using Holdfast.Placement;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>Whether a batch is whole, within its bounds, and about keys that live together.</summary>
internal static class BatchCheck
{
    /// <summary>Why the batch is refused; null when it is not.</summary>
    public static Fault? Refuse(in Request batch, SlotRanges ranges, PartitionBy partitionBy, int maxValueBytes)
    {
        if (batch.Value.Length > Limits.MaxBatchBytes)
        {
            return RequestCheck.Fault(FaultCode.ValueTooLarge, string.Create(
                CultureInfo.InvariantCulture, $"the batch has {batch.Value.Length} bytes; at most {Limits.MaxBatchBytes} are allowed"));
        }

        if (batch.Key.IsEmpty || batch.Expiry.Kind != ExpiryKind.Never)
        {
            return RequestCheck.Fault(FaultCode.BadRequest, "a batch names a key, and its operations say when keys expire");
        }

        // A single partition holds all slots, so any keys live together.
        Slot? slot = ranges.Partitions == 1 ? null : SlotHash.Of(batch.Key, partitionBy);
        bool isSequential = (batch.Flags & RequestFlags.Sequential) != RequestFlags.None;
        bool afterChecks = false;
        int count = 0;
        ReadOnlySpan<byte> rest = batch.Value;
        for (; !rest.IsEmpty; count++)
        {
            if (Request.TryRead(rest, out Request operation, out int consumed) != OperationStatus.Done)
            {
                return RequestCheck.Fault(FaultCode.BadRequest, "the operations of the batch can't be read");
            }

            if (RefuseOperation(operation, slot, partitionBy, maxValueBytes) is { } fault)
            {
                return fault;
            }

            if (isSequential && afterChecks && operation.Operation == Operation.Check)
            {
                return RequestCheck.Fault(FaultCode.BadRequest, "the checks of a sequential batch come before all else");
            }

            afterChecks |= operation.Operation != Operation.Check;
            rest = rest[consumed..];
        }

        return count is 0 or > Limits.MaxBatchOperations
            ? RequestCheck.Fault(FaultCode.BadRequest, string.Create(
                CultureInfo.InvariantCulture, $"a batch has 1 to {Limits.MaxBatchOperations} operations"))
            : null;
    }

    private static Fault? RefuseOperation(in Request operation, Slot? slot, PartitionBy partitionBy, int maxValueBytes)
    {
        if (!operation.Operation.IsOfBatch() || !operation.Session.IsNone || !operation.Token.IsEmpty)
        {
            return RequestCheck.Fault(FaultCode.BadRequest, "a batch has operations on keys, without sessions and tokens of their own");
        }

        if (RequestCheck.RefuseOperation(operation, maxValueBytes) is { } fault)
        {
            return fault;
        }

        bool hasTwoKeys = operation.Operation is Operation.Copy or Operation.Rename;
        bool isElsewhere = slot is { } one
            && (SlotHash.Of(operation.Key, partitionBy) != one || (hasTwoKeys && SlotHash.Of(operation.Value, partitionBy) != one));
        return isElsewhere ? RequestCheck.Fault(FaultCode.CrossSlot, "the keys of a batch are in one slot") : null;
    }
}
