namespace Holdfast.Primitives;

/// <summary>
/// The way to other nodes: frames, delivered at most once and in order within a lane while a connection lasts, or not at
/// all. The engine's thread alone calls it; nothing blocks. Incoming frames reach the engine as inputs.
/// </summary>
public interface ITransport
{
    /// <summary>Starts to keep connections to the node at <paramref name="address"/> (<c>host:port</c>), for ever.</summary>
    PeerHandle Open(string address);

    /// <summary>Ends what <see cref="Open"/> started.</summary>
    void Close(PeerHandle peer);

    /// <summary>
    /// Queues one frame. The bytes are copied before this returns. False when it was dropped at once because there is no
    /// connection or the lane's queue is full; true promises nothing.
    /// </summary>
    bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame);
}

/// <summary>A peer that <see cref="ITransport.Open"/> was called for.</summary>
public readonly record struct PeerHandle(int Value);

/// <summary>
/// What a node sends to another, by what may wait for what: bulk never delays the others, and nothing delays liveness. A frame says
/// itself what it is, so the lane is not told to who receives it.
/// </summary>
public enum TransportLane : byte
{
    /// <summary>Heartbeats, votes, read confirmations and their answers.</summary>
    Liveness,

    /// <summary>Entries and their acknowledgements.</summary>
    Entries,

    /// <summary>Forwarded requests and their replies.</summary>
    Requests,

    /// <summary>Snapshots.</summary>
    Bulk,
}
