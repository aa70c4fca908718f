using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>A command that asks all the partitions that it covers once: DBSIZE, which adds up, and FLUSHALL, which does not.</summary>
internal sealed class PartitionSum : GatheredReply
{
    private long _sum;

    /// <summary>The operation on each partition.</summary>
    public required Operation Operation { get; init; }

    /// <summary>Asks each of the partitions.</summary>
    public void Start(RespSession session, List<int> partitions)
    {
        Outstanding = partitions.Count;
        foreach (int p in partitions)
        {
            session.Send(new Request { Operation = Operation, Partition = new PartitionId((uint)p), Id = RequestId.Of(Number, p) });
        }
    }

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        _sum += reply.Number;
        return true;
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        if (IsWrite)
        {
            writer.Ok();
        }
        else
        {
            writer.Integer(_sum);
        }
    }
}
