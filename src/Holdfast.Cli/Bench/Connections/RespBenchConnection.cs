using System.Net.Sockets;
using Holdfast.Api;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>The Redis protocol over one connection, made anew when it is lost, at the next endpoint.</summary>
internal sealed class RespBenchConnection(
    IReadOnlyList<Endpoint> endpoints, int lanes, IBenchClock clock, TimeSpan timeout) : IBenchConnection
{
    /// <summary>While no node takes connections, operations fail at this pace and not as fast as a processor can.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private int _endpoint;
    private Task<RespChannel>? _connecting;
    private RespChannel? _channel;

    public long Retries => 0;

    public ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation) =>
        Volatile.Read(ref _channel) is { IsOpen: true } channel
            ? channel.ExecuteAsync(lane, operation) : new(ConnectAndExecuteAsync(lane, operation));

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel)
        {
            await channel.DisposeAsync();
        }
    }

    private async Task<OperationResult> ConnectAndExecuteAsync(int lane, BenchOperation operation)
    {
        try
        {
            return await (await ConnectAsync()).ExecuteAsync(lane, operation);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return OperationResult.Failed(OperationResult.Unreachable, Outcome.NotApplied, exception.Message);
        }
    }

    /// <summary>Lanes that need a connection at one time share the attempt.</summary>
    private Task<RespChannel> ConnectAsync()
    {
        lock (_lock)
        {
            if (_connecting is { IsCompletedSuccessfully: true } && _channel is { IsOpen: true } channel)
            {
                return Task.FromResult(channel);
            }

            if (_connecting is null or { IsCompleted: true })
            {
                _connecting = ConnectAnewAsync();
            }

            return _connecting;
        }
    }

    private async Task<RespChannel> ConnectAnewAsync()
    {
        // Not under the caller's lock.
        await Task.Yield();
        if (_channel is { } lost)
        {
            _endpoint++;
            await lost.DisposeAsync();
        }

        try
        {
            RespChannel channel = await RespChannel.ConnectAsync(endpoints[_endpoint % endpoints.Count], lanes, clock, timeout);
            Volatile.Write(ref _channel, channel);
            return channel;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            _endpoint++;
            await Task.Delay(PauseAfterFailure);
            throw;
        }
    }
}
