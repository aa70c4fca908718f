using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// Requests on their way to the leader on another node, under numbers of this node's own. A batch of them goes in one frame, as
/// the native protocol's bytes. Writes go in a session of this node, so that they can be sent again until their deadline: when the
/// connection breaks or another node leads, their clients wait, and are not told that the outcome is unknown (docs/adr/0009).
/// </summary>
/// <param name="options">What the node was started with.</param>
/// <param name="peers">The other nodes.</param>
/// <param name="table">Learns who does not lead.</param>
/// <param name="random">
/// Gives the first number, and the sessions: an answer to what the process before forwarded must not be taken for an answer to this one's.
/// </param>
internal sealed partial class Forwarder(EngineOptions options, PeerTable peers, RoutingTable table, SeededRandom random) : IReplySink
{
    private readonly Dictionary<ulong, Forwarded> _inFlight = [];
    private readonly ArrayBufferWriter<byte> _own = new(256);
    private readonly List<Forwarded> _taken = [];
    private readonly List<ulong> _takenNumbers = [];
    private readonly List<ForwardLane> _mayGoOn = [];
    private ForwardLane?[] _lanes = [];
    private int _returnedCount;
    private ulong _lastNumber = random.NextUInt64() >> 1;
    private long _nowMicros;

    /// <summary>How many wait for an answer, or to be sent again.</summary>
    public int Count => _inFlight.Count + _returnedCount;

    /// <summary>How many of them are polls for changes, which wait by intent.</summary>
    public int AsideCount { get; private set; }

    /// <summary>
    /// The session by which this node asks itself: where it has become the leader of what it had forwarded, that is carried out under the
    /// numbers it was forwarded with.
    /// </summary>
    public IRequestSession? Self { get; set; }

    /// <summary>Called with a partition whose requests may go on: they were held back for others' answers.</summary>
    public Action<PartitionId>? GoOn { get; set; }

    /// <summary>The engine's time.</summary>
    public void SetTime(long nowMicros) => _nowMicros = nowMicros;

    /// <summary>Whether a request has to wait until others of its partition were answered, or sent again.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="leader">Who would carry it out.</param>
    public bool HoldsBack(PartitionId partition, NodeId? leader) =>
        partition.Value < (uint)_lanes.Length && _lanes[partition.Value]?.HoldsBack(leader, options.Self) == true;

    /// <summary>Sends a request to a node; false when it has to wait, or the node is unknown.</summary>
    public bool TryForward(NodeId to, PartitionId partition, in PendingRequest request, ForwardKind kind)
    {
        var forwarded = new Forwarded(request, kind, LaneOf(partition));
        return TrySend(ref forwarded, to);
    }

    /// <summary>Takes replies from a node, or from this one.</summary>
    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        while (Reply.TryRead(replies, out Reply reply, out int consumed) == OperationStatus.Done)
        {
            replies = replies[consumed..];
            if (_inFlight.Remove(reply.Id, out Forwarded forwarded))
            {
                Left(forwarded);
                Receive(forwarded, ref reply);
                List(forwarded.Lane);
            }
        }

        LetGoOn();
    }

    /// <summary>The partitions in which something is in flight or came back are given to <paramref name="look"/>: the leader may have changed.</summary>
    public void LookAgain(Action<PartitionId> look)
    {
        foreach (ForwardLane? lane in _lanes)
        {
            if (lane is { InFlight: > 0 } or { ReturnedCount: > 0 } or { Asides: > 0 })
            {
                look(lane.Partition);
            }
        }
    }

    private void Receive(Forwarded forwarded, ref Reply reply)
    {
        ForwardLane lane = forwarded.Lane;
        if (reply.Fault == FaultCode.NoLeader && reply.Outcome == Outcome.NotApplied)
        {
            // A leader that names itself can't take the request yet.
            NodeId? leader = reply.Number > 0 ? new NodeId((uint)(reply.Number - 1)) : null;
            bool atOnce = leader != forwarded.To && table.Refused(lane.Partition, forwarded.To, leader);
            Return(forwarded, atOnce);
            return;
        }

        ForwardVerdict verdict = lane.Judge(ref forwarded, reply, _nowMicros);
        switch (verdict)
        {
            case ForwardVerdict.Answer:
                if (forwarded.Lane.ReturnedCount > 0 && forwarded.Kind != ForwardKind.Read && reply.Outcome == Outcome.Done)
                {
                    RefuseOvertaken(forwarded);
                }

                reply.Id = forwarded.Request.Id;
                forwarded.Request.Session.Reply(reply);
                forwarded.Request.Release();
                break;
            case ForwardVerdict.AnswerUnknown:
                AnswerUnknown(forwarded, "an earlier attempt of the write, whose answer was lost, may have been applied");
                break;
            default:
                Return(forwarded, verdict == ForwardVerdict.AgainAtOnce);
                break;
        }
    }

    // A write whose result could not be kept is sent plainly, but not after a later one of its client that took effect.
    private void RefuseOvertaken(in Forwarded forwarded)
    {
        EngineSession client = forwarded.Request.Session;
        ulong order = forwarded.Order;
        foreach (Forwarded overtaken in TakeReturned(
            forwarded.Lane, returned => returned.IsNotKept && returned.Order < order && returned.Request.Session == client))
        {
            client.Refuse(
                options.Self,
                overtaken.Request.Id,
                FaultCode.Overloaded,
                Outcome.NotApplied,
                "the partition remembers as many results of sessions and idempotency keys as it can",
                1000);
            overtaken.Request.Release();
        }
    }

    private void AnswerUnknown(in Forwarded forwarded, string detail)
    {
        forwarded.Request.Session.Refuse(options.Self, forwarded.Request.Id, FaultCode.Timeout, Outcome.Unknown, detail);
        forwarded.Request.Release();
    }

    private bool TrySend(ref Forwarded forwarded, NodeId to)
    {
        Peer? peer = peers.Find(to);
        if ((peer is null && to != options.Self) || !forwarded.Lane.TryNumber(ref forwarded, _nowMicros))
        {
            return false;
        }

        ulong number = ++_lastNumber;
        forwarded.Order = forwarded.Order == 0 ? number : forwarded.Order;
        forwarded.To = to;
        Entered(ref forwarded);
        if (peer is null)
        {
            _inFlight.Add(number, forwarded);
            _own.ResetWrittenCount();
            Encode(forwarded, number, _own);
            Self!.Submit(_own.WrittenSpan);
            return true;
        }

        if (peer.Requests.Dropped is null)
        {
            TakeBackFrom(peer);
        }

        forwarded.Frame = peer.Requests.Frame;
        _inFlight.Add(number, forwarded);
        Encode(forwarded, number, peer.Requests.BeginItem());
        peer.Requests.EndItem();
        return true;
    }

    // The lowest open number is that of this moment: what the answers that came meanwhile closed can be forgotten.
    private void Encode(in Forwarded forwarded, ulong number, ArrayBufferWriter<byte> output)
    {
        PendingRequest request = forwarded.Request;
        SessionNumber session = forwarded.Kind == ForwardKind.InSession
            ? forwarded.Lane.Session.NumberOf(forwarded.Session, forwarded.Sequence)
            : default;
        Request.Forward(request.Bytes, number, (uint)Math.Max(1, (request.DeadlineMicros - _nowMicros) / 1000), session, output);
    }

    private void Entered(ref Forwarded forwarded)
    {
        if (forwarded.Kind == ForwardKind.Aside)
        {
            forwarded.Lane.AsideTarget = forwarded.To;
            forwarded.Lane.Asides++;
            AsideCount++;
        }
        else
        {
            forwarded.Lane.Enter(ref forwarded);
        }
    }

    private void Left(in Forwarded forwarded)
    {
        if (forwarded.Kind == ForwardKind.Aside)
        {
            forwarded.Lane.Asides--;
            AsideCount--;
        }
        else
        {
            forwarded.Lane.Leave(forwarded);
        }
    }

    private ForwardLane LaneOf(PartitionId partition)
    {
        if (partition.Value >= (uint)_lanes.Length)
        {
            Array.Resize(ref _lanes, Math.Max((int)partition.Value + 1, table.Ranges?.Partitions ?? 0));
        }

        return _lanes[partition.Value] ??= new ForwardLane(partition, random);
    }

    private void List(ForwardLane lane)
    {
        if (!lane.IsListed && lane.MayGoOn)
        {
            lane.IsListed = true;
            _mayGoOn.Add(lane);
        }
    }

    private void LetGoOn()
    {
        for (int i = 0; i < _mayGoOn.Count; i++)
        {
            _mayGoOn[i].IsListed = false;
            if (_mayGoOn[i].MayGoOn)
            {
                GoOn?.Invoke(_mayGoOn[i].Partition);
            }
        }

        _mayGoOn.Clear();
    }
}
