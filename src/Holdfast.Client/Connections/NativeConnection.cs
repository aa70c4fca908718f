using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Holdfast.Api;
using Holdfast.Client.Calls;

namespace Holdfast.Client.Connections;

/// <summary>
/// One connection in the native protocol, with as many calls on it as callers like: requests leave in batches, replies come in any
/// order and find their call by its id. Thread-safe.
/// </summary>
internal sealed class NativeConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Outbox _outbox = new();
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<Attempt>> _open = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _ids = new();
    private readonly Task _work;
    private ulong _lastId;
    private ulong _handedOverId;
    private string? _closedBecause;

    private NativeConnection(Endpoint endpoint, Socket socket)
    {
        Endpoint = endpoint;
        _socket = socket;
        _work = Task.WhenAll(SendLoopAsync(), ReceiveLoopAsync());
    }

    /// <summary>Who is at the other end.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Whether calls may be made on it.</summary>
    public bool IsOpen => Volatile.Read(ref _closedBecause) is null;

    /// <summary>Connects and says which protocol follows.</summary>
    /// <exception cref="SocketException">Nobody takes the connection.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<NativeConnection> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(endpoint.Host, endpoint.Port), cancellationToken);
            KeepAlive(socket);
            byte[] greeting = [.. NativeProtocol.Magic, NativeProtocol.ClientRole];
            await SendAllAsync(socket, greeting, cancellationToken);
            return new NativeConnection(endpoint, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a request and waits for its reply, at most <paramref name="patience"/>. The node is asked to answer a little earlier, so
    /// that its own word on the outcome arrives in time.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Attempt> AttemptAsync(Call call, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        long began = clock.GetTimestamp();
        try
        {
            await _outbox.RoomAsync().WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Attempt.NeverSent($"{Endpoint} took no request within {patience.TotalMilliseconds:0} ms");
        }

        TimeSpan waited = clock.GetElapsedTime(began);
        patience = waited < patience ? patience - waited : TimeSpan.Zero;
        var completion = new TaskCompletionSource<Attempt>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Add(call, patience, completion) is not { } id)
        {
            return Attempt.NeverSent(_closedBecause!);
        }

        try
        {
            return await completion.Task.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Attempt.Unanswered($"{Endpoint} did not answer within {patience.TotalMilliseconds:0} ms");
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    private ulong? Add(Call call, TimeSpan patience, TaskCompletionSource<Attempt> completion)
    {
        double answerWithinMs = patience.TotalMilliseconds - Math.Min(100, patience.TotalMilliseconds / 10);
        lock (_ids)
        {
            ulong id = ++_lastId;
            _open[id] = completion;
            if (_outbox.TryAdd(call.ToRequest(id, (uint)Math.Max(1, answerWithinMs))))
            {
                return id;
            }

            _open.TryRemove(id, out _);
            return null;
        }
    }

    private async Task SendLoopAsync()
    {
        try
        {
            while (true)
            {
                (ReadOnlyMemory<byte> bytes, ulong lastId) = await _outbox.TakeAsync(_closing.Token);
                Volatile.Write(ref _handedOverId, lastId);
                await SendAllAsync(_socket, bytes, _closing.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Fail($"the connection to {Endpoint} was lost: {exception.Message}");
        }
    }

    private async Task ReceiveLoopAsync()
    {
        var buffer = new ReplyBuffer();
        try
        {
            while (true)
            {
                int count = await _socket.ReceiveAsync(buffer.Free(), SocketFlags.None, _closing.Token);
                if (count == 0)
                {
                    Fail($"{Endpoint} closed the connection");
                    return;
                }

                buffer.Received(count);
                if (!Deliver(buffer))
                {
                    Fail($"{Endpoint} does not speak this program's native protocol");
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Fail($"the connection to {Endpoint} was lost: {exception.Message}");
        }
    }

    /// <summary>Hands out the replies that are whole; false when the stream has lost its frame.</summary>
    private bool Deliver(ReplyBuffer buffer)
    {
        while (true)
        {
            OperationStatus status = buffer.TryRead(out Reply reply);
            if (status != OperationStatus.Done)
            {
                return status == OperationStatus.NeedMoreData;
            }

            // A reply whose call has given up finds nobody.
            if (_open.TryRemove(reply.Id, out TaskCompletionSource<Attempt>? completion))
            {
                completion.TrySetResult(Attempt.Answered(new Answer(reply)));
            }
        }
    }

    private void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _closedBecause, reason, null) is not null)
        {
            return;
        }

        _outbox.Close();
        _closing.Cancel();
        _socket.Dispose();
        ulong handedOver = Volatile.Read(ref _handedOverId);
        lock (_ids)
        {
            foreach ((ulong id, TaskCompletionSource<Attempt> completion) in _open)
            {
                completion.TrySetResult(id <= handedOver ? Attempt.Unanswered(reason) : Attempt.NeverSent(reason));
            }
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    /// <summary>A machine that is gone sends no reset: probes find that out within some 10 s.</summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    public async ValueTask DisposeAsync()
    {
        Fail($"the connection to {Endpoint} was closed by this client");
        await _work;
        _outbox.Dispose();
        _closing.Dispose();
    }
}
