using System.Net;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Listening;

/// <summary>
/// An accepted connection of which it isn't known yet what it speaks. Its bytes stay in the kernel, for whoever takes it over.
/// Edge-triggered: bytes that were seen and don't suffice must not wake the loop again.
/// </summary>
internal sealed class SniffingConnection : IPollSource
{
    private readonly PortListener _listener;
    private readonly Poller _poller;
    private readonly PollHandle _registration;

    internal SniffingConnection(PortListener listener, Poller poller, int fd, IPEndPoint? remote, long deadlineMicros)
    {
        _listener = listener;
        _poller = poller;
        Fd = fd;
        Remote = remote;
        DeadlineMicros = deadlineMicros;
        Place = new LinkedListNode<SniffingConnection>(this);
        _registration = poller.Register(fd, PollEvents.Readable | PollEvents.PeerClosed | PollEvents.EdgeTriggered, this);
    }

    internal int Fd { get; }

    internal IPEndPoint? Remote { get; }

    internal long DeadlineMicros { get; }

    /// <summary>Whether it is looked at only so that it can be refused in its own protocol.</summary>
    internal bool IsAboveLimit { get; init; }

    /// <summary>Its place among those that wait, in the order of their deadlines.</summary>
    internal LinkedListNode<SniffingConnection> Place { get; }

    void IPollSource.OnReady(PollEvents events)
    {
        Span<byte> buffer = _listener.SniffBuffer;
        int peeked = TcpSocket.PeekAt(Fd, buffer);
        if (peeked < 0 && Errno.IsRetry(-peeked))
        {
            return;
        }

        if (peeked <= 0)
        {
            End();
            return;
        }

        if (ProtocolSniffer.Sniff(buffer[..peeked]) is { } protocol)
        {
            _listener.Forget(this);
            _poller.Remove(_registration, Fd);
            _listener.Decided(this, protocol);
        }
        else if ((events & (PollEvents.PeerClosed | PollEvents.HangUp)) != PollEvents.None)
        {
            // No more will come, and what came is not a whole first line.
            End();
        }
    }

    void IPollSource.OnLoopStopped() => End();

    /// <summary>Closes it without a word.</summary>
    internal void End()
    {
        _listener.Forget(this);
        _poller.Forget(_registration);
        TcpSocket.Close(Fd);
        _listener.ConnectionGone();
    }
}
