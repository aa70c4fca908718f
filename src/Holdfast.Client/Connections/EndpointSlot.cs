using System.Net.Sockets;

namespace Holdfast.Client.Connections;

/// <summary>One endpoint and the connection to it, made when first needed and again after a loss. Thread-safe.</summary>
internal sealed class EndpointSlot(Endpoint endpoint, TimeSpan connectTimeout, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<Connected>? _connecting;
    private NativeConnection? _connection;
    private bool _disposed;

    /// <summary>The connection, or why there is none. Those who ask during one attempt to connect share its result.</summary>
    public Task<Connected> ConnectAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(HoldfastClient));
            if (_connecting is null || (_connecting.IsCompleted && _connection is not { IsOpen: true }))
            {
                _connection = null;
                _connecting = TryConnectAsync();
            }

            return _connecting;
        }
    }

    private async Task<Connected> TryConnectAsync()
    {
        using var timeout = new CancellationTokenSource(connectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        try
        {
            NativeConnection connection = await NativeConnection.ConnectAsync(endpoint, either.Token);
            lock (_lock)
            {
                _connection = connection;
            }

            return new Connected(connection, string.Empty);
        }
        catch (SocketException exception)
        {
            return new Connected(null, $"{endpoint}: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            return new Connected(null, $"{endpoint}: no connection within {connectTimeout.TotalMilliseconds:0} ms");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<Connected>? last;
        lock (_lock)
        {
            _disposed = true;
            last = _connecting;
        }

        await _closing.CancelAsync();
        if (last is not null && (await last).Connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        _closing.Dispose();
    }
}

/// <summary>How connecting ended.</summary>
/// <param name="Connection">The connection; null when there is none.</param>
/// <param name="Detail">Why there is none.</param>
internal readonly record struct Connected(NativeConnection? Connection, string Detail);
