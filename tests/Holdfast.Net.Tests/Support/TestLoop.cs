using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Kestrel;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Tests.Support;

/// <summary>A running loop, and clients for it. Its end checks that nothing broke.</summary>
internal sealed class TestLoop : IDisposable
{
    internal TestLoop()
    {
        Loop = new EventLoop(new EventLoopOptions { Observer = Observer, CloseTimeoutMicros = 30_000_000 });
        Loop.Start();
    }

    internal RecordingObserver Observer { get; } = new();

    internal EventLoop Loop { get; }

    internal bool ExpectsFatal { get; init; }

    internal PortListener Listen(IConnectionHandler handler) => Listen(_ => handler);

    internal PortListener Listen(
        Func<Protocol, IConnectionHandler?> handlers,
        int port = 0,
        HandoffListenerFactory? http = null,
        int maxConnections = 10_000,
        long silenceMicros = 60_000_000,
        IReadOnlySet<Protocol>? only = null) =>
        PortListener.Open(
            Loop,
            new ListenerOptions
            {
                Addresses = ListenerOptions.AddressesFor(bind: null, port),
                Handlers = handlers,
                Http = http,
                MaxConnections = maxConnections,
                SilenceMicros = silenceMicros,
                Only = only,
            });

    internal void OnLoop(Action action)
    {
        using var done = new ManualResetEventSlim();
        Loop.Post(new ActionWork(() =>
        {
            action();
            done.Set();
        }));
        Eventually.Set(done, "posted work runs");
    }

    public void Dispose()
    {
        Loop.Dispose();
        if (!ExpectsFatal)
        {
            Assert.Empty(Observer.Fatal);
        }
    }
}

/// <summary>Work made of a lambda.</summary>
internal sealed class ActionWork(Action action) : ILoopWork
{
    public void Execute() => action();
}

/// <summary>A blocking client, whose calls fail instead of waiting for ever.</summary>
internal static class TestClient
{
    internal static Socket Connect(PortListener listener) => Connect(listener.EndPoints[0]);

    internal static Socket Connect(IPEndPoint endPoint)
    {
        Socket socket = Create(endPoint);
        socket.Connect(endPoint);
        return socket;
    }

    internal static Socket Create(IPEndPoint endPoint)
    {
        int patience = (int)Eventually.Patience.TotalMilliseconds;
        return new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = patience,
            SendTimeout = patience,
        };
    }

    internal static byte[] ReceiveExactly(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            int more = socket.Receive(bytes.AsSpan(received));
            Assert.True(more > 0, $"the stream ended after {received} of {count} bytes");
            received += more;
        }

        return bytes;
    }

    internal static byte[] ReceiveToEnd(this Socket socket)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[65536];
        for (int received = socket.Receive(buffer); received > 0; received = socket.Receive(buffer))
        {
            all.Write(buffer, 0, received);
        }

        return all.ToArray();
    }

    /// <summary>Waits until the other side has ended or reset the connection.</summary>
    internal static void ExpectEnd(this Socket socket)
    {
        try
        {
            Assert.Empty(socket.ReceiveToEnd());
        }
        catch (SocketException failure)
        {
            Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        }
    }
}
