using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>One process's way to the others, through the world's network.</summary>
internal sealed class SimTransport(SimNetwork network, SimHost host) : ITransport
{
    private readonly List<string?> _peers = [];

    public PeerHandle Open(string address)
    {
        _peers.Add(address);
        return new PeerHandle(_peers.Count - 1);
    }

    public void Close(PeerHandle peer)
    {
        Invariant.Require(_peers[peer.Value] is not null, "a peer is closed once");
        _peers[peer.Value] = null;
    }

    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame)
    {
        string? address = _peers[peer.Value];
        Invariant.Require(address is not null, "nothing is sent to a closed peer");
        return network.Send(host, address, lane, frame);
    }
}
