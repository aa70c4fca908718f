using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>One process's way to the others: it keeps a connection a lane to each peer, and sets up anew what breaks.</summary>
internal sealed class SimTransport : ITransport
{
    private readonly World _world;
    private readonly SimHost _host;
    private readonly SeededRandom _random;
    private readonly List<Peer> _peers = [];
    private readonly int _boot;

    public SimTransport(World world, SimHost host, SeededRandom random)
    {
        _world = world;
        _host = host;
        _random = random;
        _boot = host.Boot;
        world.Network.Attach(host, this);
    }

    public PeerHandle Open(string address)
    {
        Peer peer = new(new PeerHandle(_peers.Count), address);
        _peers.Add(peer);
        for (int lane = 0; lane < SimNetwork.Lanes; lane++)
        {
            ScheduleConnect(peer, (TransportLane)lane, _random.Next(200, 3_000));
        }

        return peer.Handle;
    }

    public void Close(PeerHandle peer)
    {
        Peer closed = Find(peer);
        closed.IsClosed = true;
        closed.Connections.AsSpan().Clear();
    }

    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame)
    {
        if (Find(peer).Connections[(int)lane] is not { } connection)
        {
            return false;
        }

        _world.Network.Send(_host, connection, lane, frame);
        return true;
    }

    /// <summary>Breaks the connections to a host, or that of one lane; they come back after a while.</summary>
    public void Break(int to, TransportLane? only)
    {
        foreach (Peer peer in _peers)
        {
            for (int lane = 0; lane < SimNetwork.Lanes; lane++)
            {
                if (peer.Connections[lane] is { } connection && connection.To == to && (only is null || (int)only == lane))
                {
                    connection.Break(_random);
                    peer.Connections[lane] = null;
                    Tell(peer, (TransportLane)lane, isUp: false);
                    ScheduleConnect(peer, (TransportLane)lane, _random.Next(5_000, 100_000));
                }
            }
        }
    }

    private void ScheduleConnect(Peer peer, TransportLane lane, long delay) => _world.After(delay, () => Connect(peer, lane));

    private void Connect(Peer peer, TransportLane lane)
    {
        if (peer.IsClosed || _host.Boot != _boot)
        {
            return;
        }

        if (!_world.Network.TryConnect(_host, peer.Address, lane, out int to))
        {
            ScheduleConnect(peer, lane, _random.Next(20_000, 100_000));
            return;
        }

        peer.Connections[(int)lane] = new Connection(to);
        Tell(peer, lane, isUp: true);
    }

    private void Tell(Peer peer, TransportLane lane, bool isUp)
    {
        _world.Record(isUp ? TraceKind.Connected : TraceKind.Disconnected, _host.Index, (long)lane, note: $"{peer.Address} lane {lane}");
        _host.Post(_boot, node => node.OnPeerConnection(peer.Handle, lane, isUp));
    }

    private Peer Find(PeerHandle handle)
    {
        Peer peer = _peers[handle.Value];
        Invariant.Require(!peer.IsClosed, "a peer is not used after it was closed");
        return peer;
    }

    private sealed class Peer(PeerHandle handle, string address)
    {
        public PeerHandle Handle => handle;

        public string Address => address;

        public bool IsClosed { get; set; }

        public Connection?[] Connections { get; } = new Connection?[SimNetwork.Lanes];
    }
}
