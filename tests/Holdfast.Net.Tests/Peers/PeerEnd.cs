using System.Collections.Concurrent;
using System.Net;
using Holdfast.Net.Listening;
using Holdfast.Net.Peers;
using Holdfast.Net.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Peers;

/// <summary>A node as far as the transport is concerned: a loop, a port, a transport, and what came in.</summary>
internal sealed class PeerEnd : IFrameReceiver, IPeerObserver, IDisposable
{
    internal PeerEnd(int port = 0, IReadOnlyList<IPEndPoint>? addresses = null)
    {
        var options = new PeerTransportOptions { BackoffMinMicros = 1000, BackoffMaxMicros = 20_000 };
        Transport = new PeerTransport(Test.Loop, options, this);
        Listener = PortListener.Open(
            Test.Loop,
            new ListenerOptions
            {
                Addresses = addresses ?? ListenerOptions.AddressesFor(bind: null, port),
                Handlers = protocol => protocol == Protocol.Peer ? new PeerConnectionHandler(this) : null,
            });
    }

    internal TestLoop Test { get; } = new();

    internal PeerTransport Transport { get; }

    internal PortListener Listener { get; }

    internal LaneRecord[] Lanes { get; } = [.. Enum.GetValues<TransportLane>().Select(_ => new LaneRecord())];

    internal string Address => Listener.EndPoints[0].ToString();

    internal ConcurrentQueue<byte[]> Received { get; } = new();

    internal PeerHandle Open(string address)
    {
        PeerHandle peer = default;
        Test.OnLoop(() => peer = Transport.Open(address));
        return peer;
    }

    internal bool Send(PeerHandle peer, TransportLane lane, byte[] frame)
    {
        bool isTaken = false;
        Test.OnLoop(() => isTaken = Transport.Send(peer, lane, frame));
        return isTaken;
    }

    internal void WaitUntilUp(PeerHandle peer)
    {
        Eventually.True(() => Lanes.All(lane => lane.Ups == lane.Downs + 1), "all lanes are up");
        Assert.All(Lanes, lane => Assert.Equal(peer, lane.LastPeer));
    }

    public void OnFrame(ReadOnlySpan<byte> frame) => Received.Enqueue(frame.ToArray());

    public void OnPeerConnected(PeerHandle peer, TransportLane lane)
    {
        Lanes[(int)lane].LastPeer = peer;
        Lanes[(int)lane].Ups++;
    }

    public void OnPeerDisconnected(PeerHandle peer, TransportLane lane) => Lanes[(int)lane].Downs++;

    public void Dispose()
    {
        Transport.Dispose();
        Test.Dispose();
        Listener.Dispose();
    }

    /// <summary>What happened on a lane. Written on the loop's thread.</summary>
    internal sealed class LaneRecord
    {
        internal volatile int Ups;

        internal volatile int Downs;

        internal PeerHandle LastPeer { get; set; }
    }
}
