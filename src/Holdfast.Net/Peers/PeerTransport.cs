using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>
/// The real <see cref="ITransport"/>: for each peer and lane one TCP connection, kept for ever. Frames go one way; what the
/// other side has to say comes on connections of its own. Only the loop's thread uses it (or, before the loop runs, the thread
/// that builds it).
/// </summary>
public sealed class PeerTransport : ITransport, IDisposable
{
    /// <summary>A transport without peers.</summary>
    public PeerTransport(EventLoop loop, PeerTransportOptions options, IPeerObserver observer) =>
        throw new NotSupportedException($"{loop.Options}{options}{observer is null}");

    /// <inheritdoc/>
    public PeerHandle Open(string address) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Close(PeerHandle peer) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame) => throw new NotSupportedException();

    /// <summary>Ends the connections to all peers.</summary>
    public void Dispose() => throw new NotSupportedException();
}
