using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Kestrel;
using Holdfast.Net.Linux;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Listening;

/// <summary>
/// One port that speaks everything: accepts, peeks at the first bytes without consuming them, and gives the connection to a
/// handler on the loop or to Kestrel.
/// </summary>
public sealed class PortListener : IDisposable
{
    // Above the limit a few more are looked at, to be refused in words they understand; the rest is closed at once.
    private const int RefusalsInWords = 64;

    private readonly EventLoop _loop;
    private readonly ListenerOptions _options;
    private readonly AcceptingSocket[] _sockets;
    private readonly LinkedList<SniffingConnection> _sniffing = new();
    private readonly byte[] _sniffBuffer = GC.AllocateUninitializedArray<byte>(ProtocolSniffer.MaxBytes);
    private readonly SilenceCheck _silenceCheck;
    private readonly Action _connectionGone;
    private bool _isSilenceCheckDue;
    private int _connections;

    private PortListener(EventLoop loop, ListenerOptions options, IReadOnlyList<BoundAddress> bound)
    {
        _loop = loop;
        _options = options;
        _silenceCheck = new SilenceCheck(this);
        _connectionGone = ConnectionGone;
        EndPoints = [.. bound.Select(address => address.EndPoint)];
        _sockets = [.. bound.Select(address => new AcceptingSocket(this, loop, address.Fd))];
    }

    /// <summary>Binds at once and accepts as soon as the loop runs. Any thread may call.</summary>
    /// <exception cref="SocketException">An address can't be bound; the message names it.</exception>
    public static PortListener Open(EventLoop loop, ListenerOptions options)
    {
        var listener = new PortListener(loop, options, BoundAddress.BindAll(options.Addresses, options.Backlog));
        loop.Post(new Begin(listener));
        return listener;
    }

    /// <summary>The addresses that it listens on, ports filled in.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>How many connections there are, those handed to HTTP included. Any thread may ask.</summary>
    public int Connections => Volatile.Read(ref _connections);

    internal Span<byte> SniffBuffer => _sniffBuffer;

    /// <summary>Stops accepting. Connections live on. Any thread may call; returns once the port is closed.</summary>
    public void Dispose() => _loop.Invoke(new Finish(this));

    internal void Accepted(int fd, IPEndPoint? remote)
    {
        int above = Interlocked.Increment(ref _connections) - _options.MaxConnections;
        if (above > RefusalsInWords)
        {
            TcpSocket.Close(fd);
            ConnectionGone();
            _loop.Options.Observer.OnRefused(remote, RefusalReason.TooManyConnections);
            return;
        }

        var sniffing = new SniffingConnection(this, _loop.Poller, fd, remote, _loop.NowMicros + _options.SilenceMicros)
        {
            IsAboveLimit = above > 0,
        };
        _sniffing.AddLast(sniffing.Place);
        ScheduleSilenceCheck();
    }

    internal void Decided(SniffingConnection connection, Protocol protocol)
    {
        bool isServed = _options.Only?.Contains(protocol) ?? true;
        RefusalReason? refusal = protocol == Protocol.Tls ? RefusalReason.TlsNotSupported
            : connection.IsAboveLimit ? RefusalReason.TooManyConnections
            : !isServed || protocol == Protocol.UnknownNative ? RefusalReason.ProtocolNotServed
            : null;
        if (refusal is { } reason)
        {
            Refuse(connection, protocol, reason);
        }
        else if (protocol is Protocol.Http1 or Protocol.Http2)
        {
            HandOff(connection, protocol);
        }
        else if (_options.Handlers(protocol) is { } handler)
        {
            _loop.Adopt(connection.Fd, connection.Remote, handler, _connectionGone);
        }
        else
        {
            Refuse(connection, protocol, RefusalReason.ProtocolNotServed);
        }
    }

    internal void Forget(SniffingConnection connection) => _sniffing.Remove(connection.Place);

    /// <summary>A connection has closed. Any thread may call.</summary>
    internal void ConnectionGone() => Interlocked.Decrement(ref _connections);

    internal void CloseOnLoop()
    {
        foreach (AcceptingSocket socket in _sockets)
        {
            socket.Close();
        }
    }

    private void HandOff(SniffingConnection connection, Protocol protocol)
    {
        HandoffEndPoint target = protocol == Protocol.Http1 ? HandoffEndPoint.Http1 : HandoffEndPoint.Http2;
        if (_options.Http is null || !_options.Http.TryHandOff(target, connection.Fd, _connectionGone))
        {
            Refuse(connection, protocol, RefusalReason.ProtocolNotServed);
        }
    }

    private void Refuse(SniffingConnection connection, Protocol protocol, RefusalReason reason)
    {
        _loop.Options.Observer.OnRefused(connection.Remote, reason);
        _loop.Adopt(connection.Fd, connection.Remote, new Refusal(protocol, reason), _connectionGone);
    }

    private void ScheduleSilenceCheck()
    {
        if (!_isSilenceCheckDue && _sniffing.First is { } oldest)
        {
            _isSilenceCheckDue = true;
            _loop.Schedule(oldest.Value.DeadlineMicros, _silenceCheck);
        }
    }

    private void CloseSilent()
    {
        _isSilenceCheckDue = false;
        while (_sniffing.First is { } oldest && oldest.Value.DeadlineMicros <= _loop.NowMicros)
        {
            _loop.Options.Observer.OnRefused(oldest.Value.Remote, RefusalReason.Silent);
            oldest.Value.End();
        }

        ScheduleSilenceCheck();
    }

    private sealed class Begin(PortListener listener) : ILoopWork
    {
        public void Execute()
        {
            foreach (AcceptingSocket socket in listener._sockets)
            {
                socket.Start();
            }
        }
    }

    private sealed class Finish(PortListener listener) : ILoopWork
    {
        public void Execute() => listener.CloseOnLoop();
    }

    private sealed class SilenceCheck(PortListener listener) : ILoopWork
    {
        public void Execute() => listener.CloseSilent();
    }
}
