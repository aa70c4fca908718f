using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Transactions;

/// <summary>The reply of EXEC: one for each queued command; null when a watched key had changed.</summary>
internal sealed class TransactionReply(TransactionQueue queue) : GatheredReply
{
    private HeldReply _items;
    private bool _checkFailed;

    /// <summary>Sends the transaction.</summary>
    public void Start(RespSession session, Request batch)
    {
        Outstanding++;
        batch.Id = RequestId.Of(Number, 0);
        session.Send(batch);
    }

    /// <inheritdoc/>
    public override void Release(HeldReplies held) => held.Release(_items);

    /// <inheritdoc/>
    protected override bool IsResult(FaultCode fault) => fault == FaultCode.ConditionFailed;

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        _checkFailed = reply.Fault == FaultCode.ConditionFailed;
        if (!_checkFailed)
        {
            _items = session.Hold(reply.Payload);
        }

        return !_checkFailed;
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        if (_checkFailed)
        {
            writer.NullArray();
        }
        else
        {
            queue.Write(writer, _items.Bytes);
        }
    }
}
