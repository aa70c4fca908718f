using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// Requests on their way to the leader on another node, under numbers of this node's own. A batch of them goes in one frame, as
/// the native protocol's bytes.
/// </summary>
/// <param name="options">What the node was started with.</param>
/// <param name="peers">The other nodes.</param>
/// <param name="firstNumber">
/// Random, drawn anew by each process: an answer to what the process before forwarded must not be taken for an answer to this one's.
/// </param>
internal sealed class Forwarder(EngineOptions options, PeerTable peers, ulong firstNumber)
{
    private readonly Dictionary<ulong, Forwarded> _forwarded = [];
    private readonly List<ulong> _taken = [];
    private ulong _lastNumber = firstNumber;

    /// <summary>How many wait for an answer.</summary>
    public int Count => _forwarded.Count;

    /// <summary>Gets back what was never sent, since there was no connection to the node: it is sure that it was not done.</summary>
    public ForwardedAgain? Unsent { get; set; }

    /// <summary>Sends a request to a node; false when the node is unknown.</summary>
    public bool TryForward(NodeId to, PartitionId partition, in PendingRequest request, long nowMicros)
    {
        if (peers.Find(to) is not { } peer)
        {
            return false;
        }

        ulong number = ++_lastNumber;
        if (peer.Requests.Dropped is null)
        {
            TakeBackFrom(peer);
        }

        _forwarded.Add(number, new Forwarded(request, partition, to, peer.Requests.Frame));
        ArrayBufferWriter<byte> frame = peer.Requests.BeginItem();
        Span<byte> copy = frame.GetSpan(request.Bytes.Length)[..request.Bytes.Length];
        request.Bytes.CopyTo(copy);
        BinaryPrimitives.WriteUInt64LittleEndian(copy[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[16..], (uint)Math.Max(1, (request.DeadlineMicros - nowMicros) / 1000));
        frame.Advance(copy.Length);
        peer.Requests.EndItem();
        return true;
    }

    /// <summary>
    /// Takes replies from a node: gives each to whoever asked, except those that only say that the node does not lead the
    /// partition, which go to <paramref name="again"/> with the leader that it named.
    /// </summary>
    public void Receive(ReadOnlySpan<byte> replies, ForwardedAgain again)
    {
        while (Reply.TryRead(replies, out Reply reply, out int consumed) == OperationStatus.Done)
        {
            replies = replies[consumed..];
            if (!_forwarded.Remove(reply.Id, out Forwarded forwarded))
            {
                continue;
            }

            if (reply.Fault == FaultCode.NoLeader && reply.Outcome == Outcome.NotApplied)
            {
                NodeId? leader = reply.Number > 0 ? new NodeId((uint)(reply.Number - 1)) : null;
                again(forwarded.Request, forwarded.Partition, forwarded.To, leader);
                continue;
            }

            reply.Id = forwarded.Request.Id;
            forwarded.Request.Session.Reply(reply);
            forwarded.Request.Release();
        }
    }

    /// <summary>
    /// The connection to a node broke: reads are given to <paramref name="again"/>; the fate of writes is unknown.
    /// </summary>
    public void Broken(NodeId to, ForwardedAgain again)
    {
        TakeWhere(forwarded => forwarded.To == to);
        foreach (ulong number in _taken)
        {
            _forwarded.Remove(number, out Forwarded forwarded);
            PendingRequest request = forwarded.Request;
            if (!request.Operation.IsWrite())
            {
                again(request, forwarded.Partition, to, null);
                continue;
            }

            request.Session.Refuse(
                options.Self, request.Id, FaultCode.Timeout, Outcome.Unknown, "the connection to the partition's leader broke: the write may have been applied");
            request.Release();
        }
    }

    /// <summary>Answers everything whose deadline passed.</summary>
    public void ExpireLate(long nowMicros)
    {
        TakeWhere(forwarded => forwarded.Request.DeadlineMicros <= nowMicros);
        foreach (ulong number in _taken)
        {
            _forwarded.Remove(number, out Forwarded forwarded);
            forwarded.Request.Session.RefuseLate(options.Self, forwarded.Request.Id, forwarded.Request.Operation, mayBeApplied: true);
            forwarded.Request.Release();
        }
    }

    private void TakeBackFrom(Peer peer) => peer.Requests.Dropped = frame => TakeBack(peer.Id, frame);

    private void TakeBack(NodeId to, ulong frame)
    {
        TakeWhere(forwarded => forwarded.To == to && forwarded.Frame == frame);
        foreach (ulong number in _taken)
        {
            _forwarded.Remove(number, out Forwarded forwarded);
            Unsent?.Invoke(forwarded.Request, forwarded.Partition, to, leader: null);
        }
    }

    private void TakeWhere(Predicate<Forwarded> match)
    {
        _taken.Clear();
        foreach ((ulong number, Forwarded forwarded) in _forwarded)
        {
            if (match(forwarded))
            {
                _taken.Add(number);
            }
        }

        // A dictionary's order follows its history of removals; the numbers' order is that of arrival.
        _taken.Sort();
    }

    private readonly record struct Forwarded(PendingRequest Request, PartitionId Partition, NodeId To, ulong Frame);
}

/// <summary>A forwarded request was not carried out by <paramref name="from"/>, which named another leader or none.</summary>
internal delegate void ForwardedAgain(PendingRequest request, PartitionId partition, NodeId from, NodeId? leader);
