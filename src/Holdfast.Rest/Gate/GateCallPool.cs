using System.Collections.Concurrent;
using Holdfast.Api;

namespace Holdfast.Rest.Gate;

/// <summary>
/// Keeps calls, and so their sessions, between HTTP requests: requests of different HTTP calls have no order among each
/// other, so any of them can use any session. Thread-safe.
/// </summary>
internal sealed class GateCallPool(IRequestGate gate) : IDisposable
{
    /// <summary>As many as a busy node has calls open at once; more are made when needed and closed after use.</summary>
    private const int MaxIdle = 256;

    private readonly ConcurrentQueue<GateCall> _idle = new();
    private int _idleCount;
    private volatile bool _disposed;

    /// <summary>A call for one caller, which disposes it.</summary>
    public GateCall Rent()
    {
        if (!_idle.TryDequeue(out GateCall? call))
        {
            return new GateCall(gate, this);
        }

        Interlocked.Decrement(ref _idleCount);
        return call;
    }

    /// <summary>Takes a call back that has no open request.</summary>
    public void Return(GateCall call)
    {
        if (Interlocked.Increment(ref _idleCount) > MaxIdle || _disposed)
        {
            Interlocked.Decrement(ref _idleCount);
            call.Close();
            return;
        }

        _idle.Enqueue(call);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryDequeue(out GateCall? call))
        {
            call.Close();
        }
    }
}
