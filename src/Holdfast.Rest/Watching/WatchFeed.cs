using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// The one order of events that all watchers at the tail share, and the one vector of positions that their ids are made of. Whatever lies at
/// or below the vector was added to the queues that it concerns before any progress that covers it. Used by one thread.
/// </summary>
internal sealed class WatchFeed(WatchOrigin origin, Revision[] positions, WatchOptions options, QueueMemory memory, WatchMetrics metrics)
{
    private readonly PrefixIndex _index = new();
    private readonly List<WatchQueue> _found = [];
    private readonly bool _everyEventHasId = WatchOrigin.EveryEventHasId(positions.Length);

    /// <summary>Up to where everything was told. Copied by who keeps it.</summary>
    public ReadOnlySpan<Revision> Positions => positions;

    /// <summary>Adds what comes from now on to a queue, too.</summary>
    public void Add(WatchQueue queue)
    {
        queue.Reopen();
        _index.Add(queue);
    }

    /// <summary>Adds nothing more to a queue.</summary>
    public void Remove(WatchQueue queue) => _index.Remove(queue);

    /// <summary>Tells what a partition answered.</summary>
    public void Take(int partition, in Reply reply)
    {
        var to = new Revision((ulong)reply.Number);
        if (reply.Flags.HasFlag(ReplyFlags.Gap))
        {
            TakeGap(new Gap(partition, positions[partition], to, Gap.History));
            return;
        }

        ReadOnlySpan<byte> page = reply.Payload;
        while (ChangeItem.TryRead(ref page, out ChangeItem item))
        {
            Invariant.Require(item.Revision > positions[partition], "a page tells changes after the revision that was asked for, in order");
            positions[partition] = item.Revision;
            TakeChange(partition, item);
        }

        Invariant.Require(page.IsEmpty, "a page holds whole changes");
        positions[partition] = to > positions[partition] ? to : positions[partition];
    }

    /// <summary>Tells all how far everything was told.</summary>
    public void TellProgress()
    {
        _index.FindAll(_found);
        Share(WatchEvent.OfProgress(origin.Token(positions)));
    }

    /// <summary>Shows all that the connection lives.</summary>
    public void TellComment()
    {
        _index.FindAll(_found);
        Share(WatchEvent.OfComment());
    }

    private void TakeGap(in Gap gap)
    {
        positions[gap.Partition] = gap.To;
        _index.FindAll(_found);
        Share(WatchEvent.OfGap(gap, TokenOfEvent()));
    }

    private void TakeChange(int partition, in ChangeItem item)
    {
        if (item.Kind == ChangeKind.Flush)
        {
            _index.FindAll(_found);
        }
        else
        {
            _index.Find(item.Key, _found);
        }

        if (_found.Count == 0)
        {
            return;
        }

        WatchEvent change = WatchEvent.OfChange(partition, item, TokenOfEvent());
        if (!change.TryCount(memory))
        {
            DropFullest();
            if (!change.TryCount(memory))
            {
                _found.ForEach(Drop);
                _found.Clear();
            }
        }

        Share(change);
    }

    /// <summary>Adds an event to the queues that were found. Those that are not of a change are small, and not counted against the node's bound.</summary>
    private void Share(WatchEvent item)
    {
        foreach (WatchQueue queue in _found)
        {
            if (!queue.TryAdd(item))
            {
                Drop(queue);
            }
        }

        item.Release();
        _found.Clear();
    }

    private WatchToken? TokenOfEvent() => _everyEventHasId ? origin.Token(positions) : null;

    /// <summary>The node's bound is reached: those that take up most of it make room for the others.</summary>
    private void DropFullest()
    {
        var all = new List<WatchQueue>();
        _index.FindAll(all);
        all.RemoveAll(queue => queue.Bytes <= options.QueueBytes / 2);
        all.ForEach(Drop);
    }

    private void Drop(WatchQueue queue)
    {
        queue.Overflow();
        if (_index.Remove(queue))
        {
            metrics.CountFallenBehind();
        }
    }
}
