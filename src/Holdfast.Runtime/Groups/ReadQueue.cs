using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Groups;

/// <summary>
/// The linearizable reads of a group that wait at its leader. A read takes its place in the log at its arrival: after every
/// proposal of its own session, and before any later one. It is answered once leadership was confirmed by a round that was sent
/// after its arrival (Ongaro §6.4) and its place is applied; or right before the first entry that was proposed after it is applied,
/// since the commit of that entry, whose acknowledgements were sent after the read came, confirms leadership as well.
/// </summary>
internal sealed class ReadQueue
{
    private readonly Queue<WaitingRead> _plain = new();
    private readonly Queue<WaitingRead> _ordered = new();
    private ulong _granted;
    private LogIndex _grantedIndex;
    private bool _hasUnrequested;

    /// <summary>How many wait.</summary>
    public int Count => _plain.Count + _ordered.Count;

    /// <summary>The context under which reads that arrive now are to be confirmed.</summary>
    public ulong OpenContext { get; private set; } = 1;

    /// <summary>Adds a read.</summary>
    /// <param name="request">The read.</param>
    /// <param name="arrival">The last entry of the log, and the leader's term, at the read's arrival.</param>
    /// <param name="own">The last entry that the session proposed here and that may not be applied yet; zero when there is none.</param>
    public void Add(in PendingRequest request, EntryId arrival, LogIndex own)
    {
        var read = new WaitingRead(request, arrival, own, OpenContext);
        if (own > LogIndex.Zero || request.Session.OrderedReads > 0)
        {
            request.Session.OrderedReads++;
            _ordered.Enqueue(read);
        }
        else
        {
            _plain.Enqueue(read);
        }

        _hasUnrequested = true;
    }

    /// <summary>Whether reads arrived since the last call, for which a confirmation under <paramref name="context"/> is to be requested.</summary>
    public bool TryClose(out ulong context)
    {
        context = OpenContext;
        if (!_hasUnrequested)
        {
            return false;
        }

        _hasUnrequested = false;
        OpenContext++;
        return true;
    }

    /// <summary>Leadership was confirmed for a context and all before it.</summary>
    public void Grant(in ReadGrant grant)
    {
        if (grant.Context > _granted)
        {
            _granted = grant.Context;
            _grantedIndex = LogIndex.Max(_grantedIndex, grant.Index);
        }
    }

    /// <summary>Takes the next read that may be answered from the state at <paramref name="applied"/>.</summary>
    public bool TryTakeReady(LogIndex applied, out PendingRequest request) =>
        TryTakeReady(_plain, applied, out request) || Leaves(TryTakeReady(_ordered, applied, out request), request);

    /// <summary>Takes the next read that must be answered before <paramref name="next"/> is applied, and may be.</summary>
    public bool TryTakeBefore(EntryId next, out PendingRequest request) =>
        TryTakeBefore(_plain, next, out request) || Leaves(TryTakeBefore(_ordered, next, out request), request);

    /// <summary>Takes all reads of a context that can't be confirmed, and all before it.</summary>
    public void TakeRejected(ulong context, List<PendingRequest> rejected) => Take(context, lateMicros: long.MinValue, rejected);

    /// <summary>Takes all reads whose deadline passed.</summary>
    public void TakeLate(long nowMicros, List<PendingRequest> late) => Take(upToContext: 0, nowMicros, late);

    private static bool Leaves(bool isTaken, in PendingRequest ordered)
    {
        if (isTaken)
        {
            ordered.Session.OrderedReads--;
        }

        return isTaken;
    }

    private void Take(ulong upToContext, long lateMicros, List<PendingRequest> taken)
    {
        Take(_plain, upToContext, lateMicros, taken);
        int plain = taken.Count;
        Take(_ordered, upToContext, lateMicros, taken);
        for (int i = plain; i < taken.Count; i++)
        {
            taken[i].Session.OrderedReads--;
        }
    }

    private bool TryTakeReady(Queue<WaitingRead> queue, LogIndex applied, out PendingRequest request)
    {
        request = default;
        if (!queue.TryPeek(out WaitingRead read)
            || read.Context > _granted
            || LogIndex.Max(read.Own, _grantedIndex) > applied)
        {
            return false;
        }

        request = queue.Dequeue().Request;
        return true;
    }

    private static bool TryTakeBefore(Queue<WaitingRead> queue, EntryId next, out PendingRequest request)
    {
        request = default;
        if (!queue.TryPeek(out WaitingRead read) || read.Arrival.Index >= next.Index || read.Arrival.Term != next.Term)
        {
            return false;
        }

        request = queue.Dequeue().Request;
        return true;
    }

    /// <summary>Takes those of the contexts up to one (they begin at one), and those whose deadline was not after a time.</summary>
    private static void Take(Queue<WaitingRead> queue, ulong upToContext, long lateMicros, List<PendingRequest> taken)
    {
        for (int remaining = queue.Count; remaining > 0; remaining--)
        {
            WaitingRead read = queue.Dequeue();
            if (read.Context <= upToContext || read.Request.DeadlineMicros <= lateMicros)
            {
                taken.Add(read.Request);
            }
            else
            {
                queue.Enqueue(read);
            }
        }
    }

    private readonly record struct WaitingRead(PendingRequest Request, EntryId Arrival, LogIndex Own, ulong Context);
}
