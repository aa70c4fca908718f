using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <content>What is sent again, or answered without the leader.</content>
internal sealed partial class Forwarder
{
    /// <summary>
    /// Sends again what came back of a partition, in order. True when all of it is on its way, so that what waits behind it may follow.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="leader">Who leads it now: what is in flight to another node is sent again too; null when that is not known.</param>
    public bool TrySendAgain(PartitionId partition, NodeId? leader)
    {
        if (partition.Value >= (uint)_lanes.Length || _lanes[partition.Value] is not { } lane)
        {
            return true;
        }

        if (leader is { } other)
        {
            RefuseAsidesElsewhere(lane, other);
            if (lane.IsToBeRecalled(other, _nowMicros))
            {
                Recall(lane);
            }
        }

        if (lane.ReturnedCount == 0)
        {
            lane.GoOn();
            return true;
        }

        if (lane.InFlight > 0 || leader is not { } to)
        {
            return false;
        }

        lane.GoOn();
        SendReturned(lane, to);
        return lane.ReturnedCount == 0;
    }

    /// <summary>The connection to a node broke: what can be sent again will be; the fate of other writes is unknown.</summary>
    public void Broken(NodeId to)
    {
        TakeInFlight(forwarded => forwarded.To == to);
        foreach (Forwarded forwarded in _taken)
        {
            if (forwarded.Kind == ForwardKind.Plain)
            {
                AnswerUnknown(forwarded, "the connection to the partition's leader broke: the write may have been applied");
            }
            else
            {
                table.Refused(forwarded.Lane.Partition, to, named: null);
                ReturnUncertain(forwarded);
            }
        }
    }

    /// <summary>Answers everything whose deadline passed.</summary>
    public void ExpireLate()
    {
        TakeInFlight(forwarded => forwarded.Request.DeadlineMicros <= _nowMicros);
        foreach (Forwarded forwarded in _taken)
        {
            AnswerLate(forwarded, wasSent: true);
        }

        if (_returnedCount == 0)
        {
            return;
        }

        foreach (ForwardLane? lane in _lanes)
        {
            if (lane is { ReturnedCount: > 0 })
            {
                foreach (Forwarded forwarded in TakeReturned(lane, forwarded => forwarded.Request.DeadlineMicros <= _nowMicros))
                {
                    AnswerLate(forwarded, wasSent: false);
                }
            }
        }
    }

    // A copy that is still on its way may be applied after this: that is what an unknown outcome means.
    private void AnswerLate(in Forwarded forwarded, bool wasSent)
    {
        forwarded.Lane.Close(forwarded, wasApplied: false);
        PendingRequest request = forwarded.Request;
        if (wasSent || forwarded.MayBeApplied)
        {
            request.Session.RefuseLate(options.Self, request.Id, request.Operation, mayBeApplied: true);
        }
        else if (table.LeaderOf(forwarded.Lane.Partition) is not null)
        {
            request.Session.RefuseLate(options.Self, request.Id, request.Operation, mayBeApplied: false);
        }
        else
        {
            request.Session.RefuseNoLeader(options.Self, request.Id, forwarded.Lane.Partition);
        }

        request.Release();
    }

    private void SendReturned(ForwardLane lane, NodeId to)
    {
        // What comes back at once, since it can't be sent, is not taken a second time.
        ulong last = 0;
        while (lane.TryTakeReturned(last, out Forwarded forwarded))
        {
            _returnedCount--;
            last = forwarded.Order;
            if (forwarded.Request.DeadlineMicros <= _nowMicros)
            {
                AnswerLate(forwarded, wasSent: false);
            }
            else if (!TrySend(ref forwarded, to))
            {
                Return(forwarded, atOnce: false);
                return;
            }
        }
    }

    private void Recall(ForwardLane lane)
    {
        TakeInFlight(forwarded => forwarded.Lane == lane && forwarded.IsRepeatable);
        foreach (Forwarded forwarded in _taken)
        {
            ReturnUncertain(forwarded);
        }
    }

    private void ReturnUncertain(Forwarded forwarded)
    {
        forwarded.MayBeApplied |= forwarded.Kind == ForwardKind.InSession;
        Return(forwarded, atOnce: false);
    }

    private void Return(in Forwarded forwarded, bool atOnce)
    {
        if (forwarded.Kind == ForwardKind.Aside)
        {
            RefuseAside(forwarded);
            return;
        }

        _returnedCount++;
        forwarded.Lane.Return(forwarded, atOnce, _nowMicros);
    }

    private void TakeBackFrom(Peer peer) => peer.Requests.Dropped = frame => TakeBack(peer.Id, frame);

    // There was no connection to the node: none of the frame was sent.
    private void TakeBack(NodeId to, ulong frame)
    {
        TakeInFlight(forwarded => forwarded.To == to && forwarded.Frame == frame);
        foreach (Forwarded forwarded in _taken)
        {
            table.Refused(forwarded.Lane.Partition, to, named: null);
            Return(forwarded, atOnce: false);
        }
    }

    private List<Forwarded> TakeReturned(ForwardLane lane, Predicate<Forwarded> match)
    {
        _taken.Clear();
        lane.TakeReturned(match, _taken);
        _returnedCount -= _taken.Count;
        return _taken;
    }

    private void TakeInFlight(Predicate<Forwarded> match)
    {
        _takenNumbers.Clear();
        foreach ((ulong number, Forwarded forwarded) in _inFlight)
        {
            if (match(forwarded))
            {
                _takenNumbers.Add(number);
            }
        }

        // A dictionary's order follows its history of removals; the numbers' order is that of arrival.
        _takenNumbers.Sort();
        _taken.Clear();
        foreach (ulong number in _takenNumbers)
        {
            _inFlight.Remove(number, out Forwarded forwarded);
            Left(forwarded);
            _taken.Add(forwarded);
        }
    }
}
