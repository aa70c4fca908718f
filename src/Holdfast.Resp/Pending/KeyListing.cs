using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>
/// KEYS: every partition that it covers is listed page by page, keys only, within the range of the pattern's literal prefix. The keys that
/// match are gathered, and refused when they are too many for one reply.
/// </summary>
internal sealed class KeyListing(byte[] pattern, int maxKeys, long maxBytes) : GatheredReply
{
    private readonly byte[] _end = KeyRange.EndOfPrefix(GlobPattern.LiteralPrefix(pattern));
    private readonly List<HeldReply> _keys = [];
    private long _bytes;

    /// <summary>Asks each of the partitions for its first page.</summary>
    public void Start(RespSession session, List<int> partitions)
    {
        foreach (int p in partitions)
        {
            SendPage(session, p, GlobPattern.LiteralPrefix(pattern), RequestFlags.KeysOnly);
        }
    }

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
        ReadOnlySpan<byte> last = default;
        while (!Failed && PageItem.TryRead(ref page, out PageItem item))
        {
            last = item.Key;
            if (GlobPattern.Matches(pattern, item.Key))
            {
                Keep(session, item.Key);
            }
        }

        if (!Failed && (reply.Flags & ReplyFlags.More) != ReplyFlags.None)
        {
            Invariant.Require(!last.IsEmpty, "a page that is not the last holds a key");
            SendPage(session, part, last, RequestFlags.KeysOnly | RequestFlags.AfterStart);
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        writer.Array(_keys.Count);
        foreach (HeldReply key in _keys)
        {
            writer.Bulk(key.Bytes);
        }
    }

    private void Keep(RespSession session, ReadOnlySpan<byte> key)
    {
        _bytes += key.Length;
        if (_keys.Count == maxKeys || _bytes > maxBytes)
        {
            Fail("ERR too many keys match for one reply of KEYS: use SCAN"u8);
            return;
        }

        _keys.Add(session.Hold(key));
    }

    private void SendPage(RespSession session, int partition, ReadOnlySpan<byte> start, RequestFlags flags)
    {
        Outstanding++;
        session.Send(new Request
        {
            Operation = Operation.List,
            Flags = flags,
            Partition = new PartitionId((uint)partition),
            Key = start,
            Value = _end,
            Id = RequestId.Of(Number, partition),
        });
    }
}
