using System.Buffers;
using Holdfast.Api;

namespace Holdfast.Client.Connections;

/// <summary>
/// Requests on their way out. Callers encode into one buffer while the other is being written to the socket, so that all that
/// arrives during a write leaves with the next one. Thread-safe; one reader.
/// </summary>
internal sealed class Outbox : IDisposable
{
    /// <summary>Above this many waiting bytes callers wait: a few largest values, so that a fast producer can't fill the memory.</summary>
    private const int HighWaterBytes = 64 * 1024 * 1024;

    /// <summary>A buffer that grew beyond this for a large value is given back.</summary>
    private const int KeptBytes = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filled = new(0);
    private ArrayBufferWriter<byte> _filling = new(64 * 1024);
    private ArrayBufferWriter<byte> _leaving = new(64 * 1024);
    private TaskCompletionSource? _room;
    private ulong _lastId;
    private bool _closed;

    /// <summary>Encodes a request; false when the outbox is closed, and the request will not leave.</summary>
    public bool TryAdd(scoped in Request request)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            bool wasEmpty = _filling.WrittenCount == 0;
            request.Write(_filling);
            _lastId = request.Id;
            if (wasEmpty)
            {
                _filled.Release();
            }

            return true;
        }
    }

    /// <summary>Completes once there is room for another request, or the outbox is closed.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (_closed || _filling.WrittenCount < HighWaterBytes)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>
    /// Waits for requests and takes all that are there, with the highest id among them. The bytes last until the next call.
    /// </summary>
    public async ValueTask<(ReadOnlyMemory<byte> Bytes, ulong LastId)> TakeAsync(CancellationToken cancellationToken)
    {
        await _filled.WaitAsync(cancellationToken);
        lock (_lock)
        {
            _leaving.ResetWrittenCount();
            ArrayBufferWriter<byte> full = _filling;
            _filling = _leaving.Capacity > KeptBytes ? new ArrayBufferWriter<byte>(64 * 1024) : _leaving;
            _leaving = full;
            _room?.SetResult();
            _room = null;
            return (full.WrittenMemory, _lastId);
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _room?.SetResult();
            _room = null;
        }
    }

    public void Dispose() => _filled.Dispose();
}
