using System.Buffers;
using Holdfast.Api;

namespace Holdfast.Resp.Tests.Fakes;

// Batches, which take effect as a whole or not at all.
internal sealed partial class FakePartition
{
    private byte[] Batch(in Request batch, ref Reply reply, int maxValueBytes, long nowMs)
    {
        SortedDictionary<byte[], FakeItem> before = new(_items, Order);
        bool sequential = (batch.Flags & RequestFlags.Sequential) != RequestFlags.None;
        ArrayBufferWriter<byte> items = new();
        List<byte[]> operations = FakeBatch.Split(batch);
        bool begun = false;
        for (int i = 0; i < operations.Count; i++)
        {
            Request operation = FakeBatch.Read(operations[i]);
            begun |= operation.Operation != Operation.Check;
            Assert.False(sequential && begun && operation.Operation == Operation.Check, "the checks of a sequential batch come first");
            BatchItem item = Carry(operation, maxValueBytes, nowMs);
            if (item.Fault != FaultCode.None && (!sequential || operation.Operation == Operation.Check))
            {
                _items = before;
                reply.Fault = item.Fault;
                reply.Outcome = Outcome.NotApplied;
                reply.Number = i;
                return [];
            }

            item.Write(items);
        }

        return items.WrittenSpan.ToArray();
    }

    private BatchItem Carry(in Request operation, int maxValueBytes, long nowMs)
    {
        byte[] key = operation.Key.ToArray();
        BatchItemFlags found = _items.ContainsKey(key) ? BatchItemFlags.Found : BatchItemFlags.None;
        switch (operation.Operation)
        {
            case Operation.Check:
                return new BatchItem { Fault = Meets(operation, key) ? FaultCode.None : FaultCode.ConditionFailed, Flags = found };
            case Operation.Copy or Operation.Rename:
                return new BatchItem { Fault = Move(operation, key), Flags = found };
            default:
                Reply reply = default;
                byte[] payload = Apply(operation, SlotOf(key), ref reply, 0, maxValueBytes, nowMs);
                return ItemOf(operation.Operation, reply, payload);
        }
    }

    private bool Meets(in Request check, byte[] key) => _items.TryGetValue(key, out FakeItem? item)
        ? (check.Flags & RequestFlags.IfRevision) != RequestFlags.None && item.Revision == check.Revision
        : check.Flags == RequestFlags.IfAbsent;

    private FaultCode Move(in Request move, byte[] key)
    {
        byte[] destination = move.Value.ToArray();
        if (!_items.TryGetValue(key, out FakeItem? item))
        {
            return FaultCode.NotFound;
        }

        if ((move.Flags & RequestFlags.IfDestinationAbsent) != RequestFlags.None && _items.ContainsKey(destination))
        {
            return FaultCode.ConditionFailed;
        }

        if (move.Operation == Operation.Rename)
        {
            _items.Remove(key);
        }

        Store(destination, item.Value, item.DeadlineMs);
        return FaultCode.None;
    }

    private static BatchItem ItemOf(Operation operation, scoped in Reply reply, byte[] payload) => new()
    {
        Fault = reply.Fault,
        Flags = ((reply.Flags & ReplyFlags.Found) != ReplyFlags.None ? BatchItemFlags.Found : BatchItemFlags.None)
            | ((reply.Flags & ReplyFlags.Created) != ReplyFlags.None ? BatchItemFlags.Created : BatchItemFlags.None)
            | (reply.Fault == FaultCode.None && (operation != Operation.Expire || reply.Number == 1) ? BatchItemFlags.Changed : BatchItemFlags.None)
            | (payload.Length > 0 ? BatchItemFlags.HasPayload : BatchItemFlags.None),
        Revision = reply.Revision,
        Number = operation is Operation.Increment or Operation.Delete ? reply.Number : 0,
        Length = operation is Operation.Measure or Operation.Append ? reply.Number : payload.Length,
        DeadlineMs = operation == Operation.Deadline ? (ulong)reply.Number : 0,
        TimeToLiveMs = reply.TimeToLiveMs,
        Payload = payload,
    };
}
