using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>
/// One call of SCAN: a page from the cursor's partition, and on into the next partitions until it has looked at as many keys
/// as were asked for, so that a small key space is not a page for each partition. It may answer with fewer keys, as Redis may.
/// </summary>
internal sealed class ScanPage(byte[]? pattern, bool strings, int count, int partitions) : GatheredReply
{
    // Bounds the time of one call where most partitions are empty.
    private const int MaxSteps = 64;

    private readonly List<HeldReply> _keys = [];
    private long _next;
    private long _bytes;
    private int _seen;
    private int _steps;

    /// <summary>Asks for the page at a cursor.</summary>
    public void Start(RespSession session, long cursor)
    {
        Outstanding++;
        _steps++;
        session.Send(new Request
        {
            Operation = Operation.Scan,
            Partition = new PartitionId((uint)ScanCursor.Partition(cursor, partitions)),
            Argument = cursor,
            Revision = new Revision((ulong)(count - _seen)),
            Id = RequestId.Of(Number, ScanCursor.Partition(cursor, partitions)),
        });
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
        while (PageItem.TryRead(ref page, out PageItem item))
        {
            _seen++;
            if (strings && (pattern is null || GlobPattern.Matches(pattern, item.Key)))
            {
                _keys.Add(session.Hold(item.Key));
                _bytes += item.Key.Length;
            }
        }

        _next = reply.Number;
        if (_next == 0 && session.NextCovered(part + 1) is >= 0 and int next)
        {
            _next = ScanCursor.First(next, partitions);
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void Continue(RespSession session)
    {
        if (_next != 0 && _seen < count && _bytes < Limits.PageBytes && _steps < MaxSteps)
        {
            Start(session, _next);
        }
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        writer.Array(2);
        writer.Bulk(_next.ToString(CultureInfo.InvariantCulture));
        writer.Array(_keys.Count);
        foreach (HeldReply key in _keys)
        {
            writer.Bulk(key.Bytes);
        }
    }
}
