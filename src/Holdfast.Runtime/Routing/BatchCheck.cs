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

        var place = new Place(batch, ranges, partitionBy);
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

            if (RefuseOperation(operation, place, maxValueBytes) is { } fault)
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

    private static Fault? RefuseOperation(in Request operation, in Place place, int maxValueBytes)
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
        return place.Has(operation.Key) && (!hasTwoKeys || place.Has(operation.Value)) ? null : RequestCheck.Fault(
            FaultCode.CrossSlot, place.IsSlot ? "the keys of a batch are in one slot" : "the keys of a batch are in one partition");
    }

    /// <summary>Where all keys must be: in the slot of the batch's key, or in its partition.</summary>
    private readonly struct Place(in Request batch, SlotRanges ranges, PartitionBy partitionBy)
    {
        private readonly Slot _slot = SlotHash.Of(batch.Key, partitionBy);

        // A single partition holds all slots.
        public bool IsSlot { get; } = (batch.Flags & RequestFlags.AnySlot) == RequestFlags.None && ranges.Partitions > 1;

        public bool Has(ReadOnlySpan<byte> key)
        {
            Slot slot = SlotHash.Of(key, partitionBy);
            return slot == _slot || (!IsSlot && ranges.PartitionOf(slot) == ranges.PartitionOf(_slot));
        }
    }
}
