using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Loop;

/// <summary>The connections of the loop, and what an iteration still has to do for them.</summary>
public sealed partial class EventLoop
{
    /// <summary>Up to this many unconsumed bytes go in front of new ones in the shared buffer; more are received in place.</summary>
    internal const int SharedInputHeadroom = 16 * 1024;

    private readonly byte[] _sharedInput;
    private readonly List<LoopConnection> _closed = [];
    private List<LoopConnection> _dirty = [];
    private List<LoopConnection> _flushing = [];
    private List<LoopConnection> _resumed = [];
    private List<LoopConnection> _redelivering = [];
    private long _lastId;

    internal Poller Poller { get; }

    internal OutputChunkPool Chunks { get; }

    internal Span<byte> SharedInput => _sharedInput;

    private bool HasWork => _dirty.Count > 0 || _resumed.Count > 0 || _closed.Count > 0;

    /// <summary>Takes over a connected socket, which must not have been used asynchronously; the object is of no use afterwards.</summary>
    public LoopConnection Attach(Socket socket, IConnectionHandler handler)
    {
        RequireOwnThread();
        socket.Blocking = false;
        int fd = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        TcpSocket.TuneAccepted(fd);
        return Adopt(fd, TcpSocket.RemoteEndPoint(fd), handler, onGone: null);
    }

    /// <summary>Starts to connect; <see cref="IConnectionHandler.OnOpen"/> or <see cref="IConnectionHandler.OnClosed"/> follows.</summary>
    public LoopConnection Connect(IPEndPoint remote, IConnectionHandler handler)
    {
        RequireOwnThread();
        int fd = TcpSocket.StartConnect(remote);
        var connection = new LoopConnection(this, ++_lastId, fd, remote, handler, onGone: null);
        if (fd < 0)
        {
            connection.StartFailed(-fd);
            return connection;
        }

        TcpSocket.TuneOutgoing(fd);
        connection.StartConnecting();
        return connection;
    }

    /// <summary>Takes over a connected, non-blocking descriptor. <paramref name="onGone"/> runs when it has closed.</summary>
    internal LoopConnection Adopt(int fd, IPEndPoint? remote, IConnectionHandler handler, Action? onGone)
    {
        var connection = new LoopConnection(this, ++_lastId, fd, remote, handler, onGone);
        connection.StartOpen();
        return connection;
    }

    internal void QueueDirty(LoopConnection connection) => _dirty.Add(connection);

    internal void QueueResumed(LoopConnection connection) => _resumed.Add(connection);

    internal void QueueClosed(LoopConnection connection) => _closed.Add(connection);

    private void RedeliverResumed()
    {
        // What is added meanwhile waits for the next iteration, so that no connection keeps the loop.
        (_resumed, _redelivering) = (_redelivering, _resumed);
        foreach (LoopConnection connection in _redelivering)
        {
            connection.Redeliver();
        }

        _redelivering.Clear();
    }

    private void FlushDirty()
    {
        (_dirty, _flushing) = (_flushing, _dirty);
        foreach (LoopConnection connection in _flushing)
        {
            connection.Flush();
        }

        _flushing.Clear();
    }

    private void TellClosed()
    {
        for (int i = 0; i < _closed.Count; i++)
        {
            _closed[i].TellClosed();
        }

        _closed.Clear();
    }
}
