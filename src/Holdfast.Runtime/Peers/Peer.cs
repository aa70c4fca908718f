using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Liveness;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;
using Holdfast.Wire.Messages;

namespace Holdfast.Runtime.Peers;

/// <summary>Another node of the cluster: what is on its way to it, and what was last heard from it.</summary>
internal sealed class Peer
{
    private readonly FrameBuilder _liveness;
    private readonly FrameBuilder _entries;
    private readonly FrameBuilder _bulk;
    private readonly ITransport _transport;
    private readonly Action<GroupId, Message> _sendSingle;

    public Peer(ITransport transport, PeerHandle handle, Member member, Func<FrameKind, PeerFrame> header)
    {
        _transport = transport;
        _sendSingle = SendSingle;
        Handle = handle;
        Id = new NodeId(member.Id);
        Incarnation = new Incarnation(member.Incarnation);
        Address = member.Address;
        _liveness = new FrameBuilder(transport, handle, TransportLane.Liveness, header(FrameKind.Consensus));
        _entries = new FrameBuilder(transport, handle, TransportLane.Entries, header(FrameKind.Consensus));
        _bulk = new FrameBuilder(transport, handle, TransportLane.Bulk, header(FrameKind.Consensus));
        Requests = new FrameBuilder(transport, handle, TransportLane.Requests, header(FrameKind.Requests));
        Replies = new FrameBuilder(transport, handle, TransportLane.Requests, header(FrameKind.Replies));
        Heartbeats = new HeartbeatSender(transport, handle, header(FrameKind.Heartbeats));
        Answers = new HeartbeatReceiver(transport, handle, header(FrameKind.HeartbeatAnswer));
    }

    /// <summary>The node.</summary>
    public NodeId Id { get; }

    /// <summary>The incarnation on record: what another one says is not heard.</summary>
    public Incarnation Incarnation { get; }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>Its connections.</summary>
    public PeerHandle Handle { get; }

    /// <summary>When a frame last came from it, in the engine's time; negative when never.</summary>
    public long LastHeardMicros { get; set; } = -1;

    /// <summary>What it last told of itself.</summary>
    public NodeReport? Report { get; set; }

    /// <summary>Requests forwarded to it.</summary>
    public FrameBuilder Requests { get; }

    /// <summary>Replies to what it forwarded.</summary>
    public FrameBuilder Replies { get; }

    /// <summary>The heartbeats of the groups led here.</summary>
    public HeartbeatSender Heartbeats { get; }

    /// <summary>The heartbeats of the groups led there.</summary>
    public HeartbeatReceiver Answers { get; }

    /// <summary>Queues a consensus message on the lane that its kind belongs to.</summary>
    public void Send(GroupId group, in Message message)
    {
        if (message.Kind == MessageKind.Heartbeat)
        {
            Heartbeats.Add(new GroupHeartbeat(group, message.From, message.To, message.Term, message.Round));
            return;
        }

        if (message.Kind == MessageKind.HeartbeatResponse)
        {
            Answers.Add(group, message);
            return;
        }

        SendSingle(group, message);
    }

    /// <summary>Sends a report at once: a whole frame.</summary>
    public void SendReport(ReadOnlySpan<byte> frame) => _transport.Send(Handle, TransportLane.Liveness, frame);

    /// <summary>Sends everything that was queued.</summary>
    public void Flush()
    {
        Heartbeats.Flush();
        Answers.Flush(_sendSingle);
        _liveness.Flush();
        _entries.Flush();
        Requests.Flush();
        Replies.Flush();
        _bulk.Flush();
    }

    private void SendSingle(GroupId group, Message message)
    {
        FrameBuilder lane = message.Kind switch
        {
            MessageKind.Append or MessageKind.AppendResponse => _entries,
            MessageKind.SnapshotChunk or MessageKind.SnapshotChunkResponse => _bulk,
            _ => _liveness,
        };
        MessageWriter.Write(lane.BeginItem(), group, message);
        lane.EndItem();
    }
}
