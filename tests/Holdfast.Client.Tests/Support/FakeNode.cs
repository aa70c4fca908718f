using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Support;

/// <summary>A request as a node got it.</summary>
internal sealed record GotRequest(
    Operation Operation, RequestFlags Flags, ulong Id, uint TimeoutMs, PartitionId Partition, Revision Revision, long Argument,
    byte[] Key, byte[] Value, byte[] Token);

/// <summary>A node that says what a test tells it to: native protocol and HTTP on one loopback port.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<FakeConnection> _connections = [];
    private readonly Task _accepting;

    private FakeNode(TcpListener listener)
    {
        _listener = listener;
        Endpoint = new Endpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public Endpoint Endpoint { get; }

    /// <summary>Called for each request, one at a time for a connection.</summary>
    public required Action<GotRequest, FakeConnection> OnRequest { get; init; }

    /// <summary>The bodies of the HTTP documents by path.</summary>
    public Dictionary<string, string> Documents { get; } = [];

    public int Connections => _connections.Count;

    public static FakeNode Start(Action<GotRequest, FakeConnection> onRequest)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new FakeNode(listener) { OnRequest = onRequest };
    }

    /// <summary>A port on which nobody listens.</summary>
    public static Endpoint Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Endpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                var connection = new FakeConnection(socket);
                _connections.Add(connection);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task ServeAsync(FakeConnection connection)
    {
        try
        {
            byte[] first = await connection.ReadAsync(5);
            if (first.AsSpan().StartsWith(NativeProtocol.Magic))
            {
                Assert.Equal(NativeProtocol.ClientRole, first[4]);
                while (true)
                {
                    OnRequest(await connection.ReadRequestAsync(), connection);
                }
            }

            await ServeHttpAsync(connection, first);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }

    private async Task ServeHttpAsync(FakeConnection connection, byte[] first)
    {
        var head = new StringBuilder(Encoding.ASCII.GetString(first));
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await connection.ReadAsync(1))[0]);
        }

        string path = head.ToString().Split(' ')[1];
        bool known = Documents.TryGetValue(path, out string? body);
        body ??= """{"code":"starting","detail":"the node is starting"}""";
        string answer = $"HTTP/1.1 {(known ? "200 OK" : "503 Service Unavailable")}\r\nContent-Type: application/json\r\n" +
            $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
        connection.Write(Encoding.UTF8.GetBytes(answer));
        connection.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (FakeConnection connection in _connections)
        {
            connection.Dispose();
        }

        await _accepting;
    }
}

/// <summary>A connection at the node's end.</summary>
internal sealed class FakeConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    public async Task<GotRequest> ReadRequestAsync()
    {
        byte[] length = await ReadAsync(sizeof(uint));
        byte[] rest = await ReadAsync((int)BitConverter.ToUInt32(length));
        return Decode([.. length, .. rest]);
    }

    public void Write(byte[] bytes) => _stream.Write(bytes);

    public void Reply(in Reply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.Write(output);
        Write(output.WrittenSpan.ToArray());
    }

    public void Fault(GotRequest request, FaultCode code, Outcome outcome, uint retryAfterMs = 0) =>
        Reply(new Reply { Id = request.Id, Fault = code, Outcome = outcome, RetryAfterMs = retryAfterMs, Payload = "as the test says"u8 });

    public void Done(GotRequest request, ReadOnlySpan<byte> payload = default) => Reply(new Reply
    {
        Id = request.Id,
        Flags = ReplyFlags.Found,
        Revision = new Revision(1),
        Number = payload.Length,
        Payload = payload,
    });

    public void Dispose() => _stream.Dispose();

    private static GotRequest Decode(byte[] frame)
    {
        Assert.Equal(OperationStatus.Done, Request.TryRead(frame, out Request r, out _));
        return new GotRequest(
            r.Operation, r.Flags, r.Id, r.TimeoutMs, r.Partition, r.Revision, r.Argument, r.Key.ToArray(), r.Value.ToArray(), r.Token.ToArray());
    }
}
