using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Transactions;

/// <summary>WATCH: reads the revision of each key. All are watched then, or none when one can't be read.</summary>
internal sealed class WatchReading(Transaction transaction, byte[][] keys) : GatheredReply
{
    private readonly Revision[] _revisions = new Revision[keys.Length];
    private int _sent;

    /// <summary>Asks for the first keys.</summary>
    public void Start(RespSession session) => SendWindow(session);

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        _revisions[part] = (reply.Flags & ReplyFlags.Found) != ReplyFlags.None ? reply.Revision : default;
        return false;
    }

    /// <inheritdoc/>
    protected override void Continue(RespSession session)
    {
        SendWindow(session);
        if (Outstanding > 0)
        {
            return;
        }

        for (int i = 0; i < keys.Length; i++)
        {
            transaction.Watch(keys[i], _revisions[i]);
        }
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer) => writer.Ok();

    private void SendWindow(RespSession session)
    {
        while (_sent < keys.Length && Outstanding < KeyScatter.Window)
        {
            Outstanding++;
            session.Send(new Request { Operation = Operation.Measure, Key = keys[_sent], Id = RequestId.Of(Number, _sent++) }, mayBeStale: false);
        }
    }
}
