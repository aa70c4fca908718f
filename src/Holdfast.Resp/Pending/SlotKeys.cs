using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>
/// The keys of one slot, page by page from the place in the scan's order where the slot begins: CLUSTER GETKEYSINSLOT, and
/// CLUSTER COUNTKEYSINSLOT, which counts them.
/// </summary>
internal sealed class SlotKeys(IRouteMap routes, int slot, long max, long maxBytes, bool countOnly) : GatheredReply
{
    private const int PageKeys = 1000;

    private readonly List<HeldReply> _keys = [];
    private long _count;
    private long _bytes;
    private long _next = ScanCursor.AtSlot(slot);

    /// <summary>Asks for the first page.</summary>
    public void Start(RespSession session) => SendPage(session);

    /// <inheritdoc/>
    public override void Release(HeldReplies held)
    {
        foreach (HeldReply key in _keys)
        {
            held.Release(key);
        }
    }

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        ReadOnlySpan<byte> page = reply.Payload;
        while (!Failed && _count < max && PageItem.TryRead(ref page, out PageItem item))
        {
            if (routes.SlotOf(item.Key) == slot)
            {
                Keep(session, item.Key);
            }
        }

        // A cursor of zero is the partition's end; one of another slot is beyond this slot's.
        _next = reply.Number != 0 && ScanCursor.Slot(reply.Number) == slot ? reply.Number : 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Continue(RespSession session)
    {
        if (_next != 0 && _count < max)
        {
            SendPage(session);
        }
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        if (countOnly)
        {
            writer.Integer(_count);
            return;
        }

        writer.Array(_keys.Count);
        foreach (HeldReply key in _keys)
        {
            writer.Bulk(key.Bytes);
        }
    }

    private void Keep(RespSession session, ReadOnlySpan<byte> key)
    {
        _count++;
        if (countOnly)
        {
            return;
        }

        _bytes += key.Length;
        if (_bytes > maxBytes)
        {
            Fail("ERR the keys are too large for one reply: ask for fewer"u8);
            return;
        }

        _keys.Add(session.Hold(key));
    }

    private void SendPage(RespSession session)
    {
        Outstanding++;
        session.Send(new Request
        {
            Operation = Operation.Scan,
            Partition = routes.PartitionOf(slot),
            Argument = _next,
            Revision = new Revision((ulong)Math.Min(PageKeys, max - _count)),
            Id = RequestId.Of(Number, 0),
        });
    }
}
