using Holdfast.Primitives;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Peers;

/// <summary>The other nodes of the cluster, by id and by connection.</summary>
internal sealed class PeerTable(ITransport transport)
{
    private readonly List<Peer> _peers = [];
    private readonly Dictionary<string, PeerHandle> _handles = [];

    /// <summary>The other nodes, by id.</summary>
    public IReadOnlyList<Peer> All => _peers;

    /// <summary>Opens connections to an address, once.</summary>
    public PeerHandle Open(string address)
    {
        if (!_handles.TryGetValue(address, out PeerHandle handle))
        {
            handle = transport.Open(address);
            _handles.Add(address, handle);
        }

        return handle;
    }

    /// <summary>Fills the table once the members are known.</summary>
    public void Fill(IEnumerable<Member> members, Member self, ulong clusterTag)
    {
        PeerFrame Header(FrameKind kind) => new(kind, new NodeId(self.Id), new Incarnation(self.Incarnation), clusterTag);
        foreach (Member member in members.Where(member => member.Id != self.Id).OrderBy(member => member.Id))
        {
            _peers.Add(new Peer(transport, Open(member.Address), member, Header));
        }
    }

    /// <summary>The node of that id; null when it is none of the cluster's, or this one.</summary>
    public Peer? Find(NodeId id)
    {
        foreach (Peer peer in _peers)
        {
            if (peer.Id == id)
            {
                return peer;
            }
        }

        return null;
    }

    /// <summary>The node behind a connection, when it is known.</summary>
    public Peer? Find(PeerHandle handle) => _peers.Find(peer => peer.Handle == handle);

    /// <summary>Sends everything that is queued.</summary>
    public void Flush()
    {
        foreach (Peer peer in _peers)
        {
            peer.Flush();
        }
    }
}
