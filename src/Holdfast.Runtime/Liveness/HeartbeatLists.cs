using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Liveness;

/// <summary>
/// The last lists of heartbeats, each under its epoch. A read round makes a list of its own, so under load there are thousands a
/// second: the one that is forgotten is written over, and nothing is left to the collector.
/// </summary>
internal sealed class HeartbeatLists(int limit)
{
    private readonly Queue<ulong> _order = new(limit);
    private readonly Dictionary<ulong, HeartbeatList> _byEpoch = new(limit);

    /// <summary>The list of an epoch; null when it is not remembered. Valid until the next call of <see cref="Remember"/>.</summary>
    public HeartbeatList? Find(ulong epoch) => _byEpoch.GetValueOrDefault(epoch);

    /// <summary>Remembers a copy of a list under an epoch that has none.</summary>
    public HeartbeatList Remember(ulong epoch, ReadOnlySpan<GroupHeartbeat> heartbeats)
    {
        HeartbeatList list = _order.Count < limit ? new HeartbeatList() : ForgetOldest();
        list.Write(heartbeats);
        _byEpoch.Add(epoch, list);
        _order.Enqueue(epoch);
        return list;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _byEpoch.Clear();
        _order.Clear();
    }

    private HeartbeatList ForgetOldest()
    {
        _byEpoch.Remove(_order.Dequeue(), out HeartbeatList? oldest);
        return oldest!;
    }
}

/// <summary>Heartbeats that went in one frame.</summary>
internal sealed class HeartbeatList
{
    private GroupHeartbeat[] _heartbeats = [];
    private int _count;

    /// <summary>The heartbeats, in the order of the frame.</summary>
    public ReadOnlySpan<GroupHeartbeat> Heartbeats => _heartbeats.AsSpan(0, _count);

    /// <summary>Of a list that was sent: the other node has said that it knows it.</summary>
    public bool IsKnown { get; set; }

    internal void Write(ReadOnlySpan<GroupHeartbeat> heartbeats)
    {
        if (_heartbeats.Length < heartbeats.Length)
        {
            _heartbeats = new GroupHeartbeat[heartbeats.Length];
        }

        heartbeats.CopyTo(_heartbeats);
        _count = heartbeats.Length;
        IsKnown = false;
    }
}
