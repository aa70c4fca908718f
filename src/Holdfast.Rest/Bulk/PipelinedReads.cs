using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;

namespace Holdfast.Rest.Bulk;

/// <summary>Reads keys in order, a few at once: as many replies are held as are on their way, and no more.</summary>
internal sealed class PipelinedReads(
    GateCallPool calls, Operation operation, ReadOptions options, byte[][] keys, CancellationToken cancellation) : IDisposable
{
    /// <summary>Enough that the reads share their round to a quorum; few enough that as many of the largest values can be held.</summary>
    private const int Window = 32;

    private readonly Queue<(GateCall Call, Task Sent)> _open = new(Window);
    private int _sent;

    /// <summary>The reply for the next key, once it is there; the caller disposes it.</summary>
    public async Task<GateCall> NextAsync()
    {
        while (_sent < keys.Length && _open.Count < Window)
        {
            GateCall call = calls.Rent();
            _open.Enqueue((call, AskAsync(call, keys[_sent++])));
        }

        await _open.Peek().Sent;
        return _open.Dequeue().Call;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.TryDequeue(out (GateCall Call, Task Sent) read))
        {
            read.Call.Dispose();
        }
    }

    private async Task AskAsync(GateCall call, byte[] key) =>
        await call.SendAsync(
            new Request { Operation = operation, Flags = options.Consistency, TimeoutMs = options.TimeoutMs, Key = key }, cancellation);
}
