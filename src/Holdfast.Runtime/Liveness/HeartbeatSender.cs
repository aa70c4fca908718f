using System.Buffers;
using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Liveness;

/// <summary>
/// The heartbeats from this node to another: those of all groups in one frame. The epoch is a digest of the list, so it changes
/// whenever a group, a term or a read round in it does; a list that the other node has said to know is not sent again.
/// </summary>
internal sealed class HeartbeatSender(ITransport transport, PeerHandle peer, PeerFrame header)
{
    /// <summary>How many lists are remembered: besides the one of all groups there are those of groups whose reads ask for a round.</summary>
    private const int Remembered = 16;

    private readonly List<GroupHeartbeat> _pending = [];
    private readonly HeartbeatLists _sent = new(Remembered);
    private readonly ArrayBufferWriter<byte> _frame = new(1024);

    /// <summary>Adds a group's heartbeat to the next frame.</summary>
    public void Add(in GroupHeartbeat heartbeat) => _pending.Add(heartbeat);

    /// <summary>Sends what was added, if anything.</summary>
    public void Flush()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        // The order in which groups had their turn must not make another list of the same heartbeats.
        _pending.Sort(static (left, right) => left.Group.CompareTo(right.Group));
        ulong epoch = Digest(_pending);
        HeartbeatList list = _sent.Find(epoch) ?? _sent.Remember(epoch, CollectionsMarshal.AsSpan(_pending));
        _frame.ResetWrittenCount();
        header.Write(_frame);
        HeartbeatFrame.Write(_frame, epoch, list.IsKnown ? default : CollectionsMarshal.AsSpan(_pending));
        transport.Send(peer, TransportLane.Liveness, _frame.WrittenSpan);
        _pending.Clear();
    }

    /// <summary>The other node answered for all groups of a list, but for those that answered by messages of their own.</summary>
    /// <returns>The list, until the next flush; empty when it is no longer remembered, or the other node did not know it.</returns>
    public ReadOnlySpan<GroupHeartbeat> Answered(ulong epoch, bool isKnown)
    {
        if (_sent.Find(epoch) is not { } list)
        {
            return default;
        }

        list.IsKnown = isKnown;
        return isKnown ? list.Heartbeats : default;
    }

    /// <summary>The connection broke: what the other node knows is no longer sure.</summary>
    public void Reset() => _sent.Clear();

    private static ulong Digest(List<GroupHeartbeat> list)
    {
        // FNV-1a over the fields: the receiver keeps the list under this number, so it needs to be stable only within a process.
        ulong hash = 14695981039346656037;
        foreach (ref readonly GroupHeartbeat item in CollectionsMarshal.AsSpan(list))
        {
            hash = (hash ^ item.Group.Value) * 1099511628211;
            hash = (hash ^ item.From.Value) * 1099511628211;
            hash = (hash ^ item.To.Value) * 1099511628211;
            hash = (hash ^ item.Term.Value) * 1099511628211;
            hash = (hash ^ item.Round) * 1099511628211;
            hash ^= hash >> 32;
        }

        return hash;
    }
}
