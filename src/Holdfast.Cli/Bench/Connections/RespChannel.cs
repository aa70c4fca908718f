using System.Net.Sockets;
using Holdfast.Api;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>
/// One socket that speaks the Redis protocol, pipelined: what lanes send while a write runs, or while the replies of one read are
/// handed out, goes out together. Ends for good when the connection is lost. Thread-safe.
/// </summary>
internal sealed class RespChannel : IAsyncDisposable
{
    private const string LostCode = "connection-lost";
    private const int ReadBytes = 64 * 1024;

    /// <summary>How often late commands are looked for, at most.</summary>
    private static readonly TimeSpan LeastPace = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly IBenchClock _clock;
    private readonly TimeSpan _timeout;
    private readonly RespCall[] _calls;
    private readonly Queue<RespCall> _waiting = [];
    private readonly Timer _expiry;
    private readonly Task _reading;
    private RespCommands _gathering = new();
    private RespCommands _sending = new();
    private bool _isSending;
    private bool _handingOut;
    private bool _closed;

    private RespChannel(Socket socket, int lanes, IBenchClock clock, TimeSpan timeout)
    {
        (_socket, _clock, _timeout) = (socket, clock, timeout);
        _calls = [.. Enumerable.Range(0, lanes).Select(_ => new RespCall())];
        TimeSpan pace = timeout / 4 < LeastPace ? LeastPace : timeout / 4;
        _expiry = new Timer(_ => Expire(), null, pace, pace);
        _reading = ReadAsync();
    }

    /// <summary>Whether it may still be used.</summary>
    public bool IsOpen => !Volatile.Read(ref _closed);

    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException">There is none within the timeout.</exception>
    public static async Task<RespChannel> ConnectAsync(Endpoint endpoint, int lanes, IBenchClock clock, TimeSpan timeout)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var bound = new CancellationTokenSource(timeout);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, bound.Token);
            return new RespChannel(socket, lanes, clock, timeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends an operation, and gives its result.</summary>
    public ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation)
    {
        ValueTask<OperationResult> result;
        lock (_lock)
        {
            if (_closed)
            {
                return new(OperationResult.Failed(LostCode, Outcome.NotApplied, "the connection was lost before the command was sent"));
            }

            RespCall call = _calls[lane];
            result = call.Begin(operation.Kind.IsWrite(), _clock.NowNs);
            _gathering.Add(operation);
            _waiting.Enqueue(call);
        }

        Flush();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        Close(LostCode, "the connection was closed by this program");
        await _expiry.DisposeAsync();
        await _reading;
    }

    private void Flush()
    {
        lock (_lock)
        {
            if (_isSending || _handingOut || _closed || _gathering.Length == 0)
            {
                return;
            }

            _isSending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Sends until nothing is left. Only one of these runs at a time.</summary>
    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    if (_gathering.Length == 0 || _closed)
                    {
                        _isSending = false;
                        return;
                    }

                    (_gathering, _sending) = (_sending, _gathering);
                    _gathering.Clear();
                }

                ReadOnlyMemory<byte> left = _sending.Written;
                while (!left.IsEmpty)
                {
                    left = left[await _socket.SendAsync(left, SocketFlags.None)..];
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(LostCode, exception.Message);
        }
    }

    private async Task ReadAsync()
    {
        // The constructor must be over before a reply is handed out.
        await Task.Yield();
        byte[] buffer = new byte[ReadBytes];
        var reader = new RespReplyReader();
        try
        {
            while (true)
            {
                int count = await _socket.ReceiveAsync(buffer, SocketFlags.None);
                if (count == 0)
                {
                    Close(LostCode, "the other side closed the connection");
                    return;
                }

                SetHandingOut(true);
                HandOut(reader, buffer.AsSpan(0, count));
                SetHandingOut(false);
                Flush();
            }
        }
        catch (InvalidDataException exception)
        {
            Close("protocol-error", exception.Message);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(LostCode, exception.Message);
        }
    }

    private void HandOut(RespReplyReader reader, ReadOnlySpan<byte> bytes)
    {
        while (reader.TryRead(ref bytes, out RespReply reply))
        {
            RespCall? call;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out call))
                {
                    throw new InvalidDataException("a reply came that no command asked for");
                }
            }

            call.End(ResultOf(reply));
        }
    }

    private void SetHandingOut(bool value)
    {
        lock (_lock)
        {
            _handingOut = value;
        }
    }

    /// <summary>The first word of an error is its kind; only UNKNOWN says that a write may have been done (docs/redis.md).</summary>
    private static OperationResult ResultOf(RespReply reply)
    {
        if (reply.Error is not { } error)
        {
            return reply.IsNull ? OperationResult.Miss : OperationResult.Done;
        }

        string word = error.Split(' ', 2)[0];
        return OperationResult.Failed(word, word == "UNKNOWN" ? Outcome.Unknown : Outcome.NotApplied, error);
    }

    /// <summary>A connection whose first waiting command has no reply in time is given up: the replies behind it can't come earlier.</summary>
    private void Expire()
    {
        bool late;
        lock (_lock)
        {
            late = _waiting.TryPeek(out RespCall? first) && _clock.NowNs - first.SentNs > _timeout.TotalNanoseconds;
        }

        if (late)
        {
            Close(FaultCode.Timeout.Name(), $"no answer within {_timeout.TotalMilliseconds:0} ms");
        }
    }

    private void Close(string code, string detail)
    {
        RespCall[] left;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            left = [.. _waiting];
            _waiting.Clear();
        }

        _socket.Dispose();
        foreach (RespCall call in left)
        {
            call.End(OperationResult.Lost(code, call.IsWrite, detail));
        }
    }
}
