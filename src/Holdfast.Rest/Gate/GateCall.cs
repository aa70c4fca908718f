using System.Buffers;
using System.Threading.Tasks.Sources;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Gate;

/// <summary>
/// One request at a time through the gate, awaited. The reply comes on the engine's thread, which copies it here and never
/// runs what awaits it. Used by one caller at a time; disposing it gives it back to its pool, and with it the reply.
/// </summary>
internal sealed class GateCall : IReplySink, IValueTaskSource, IDisposable
{
    private const int KeptBytes = 16 * 1024;

    private readonly GateCallPool _pool;
    private readonly IRequestSession _session;
    private ArrayBufferWriter<byte> _request = new();
    private byte[] _reply = [];
    private int _replyLength;
    private ulong _id;
    private int _state = State.Idle;
    private CancellationTokenRegistration _cancellation;
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };

    public GateCall(IRequestGate gate, GateCallPool pool)
    {
        _pool = pool;
        _session = gate.Open(this);
    }

    /// <summary>The reply to the last request. Its payload is gone once the call is disposed or sends again.</summary>
    public Reply Reply
    {
        get
        {
            OperationStatus status = Reply.TryRead(_reply.AsSpan(0, _replyLength), out Reply reply, out int consumed);
            Invariant.Require(status == OperationStatus.Done && consumed == _replyLength, "a gate answers a request with one whole reply");
            Invariant.Require(reply.Id == _id, "a gate answers the request that is open");
            return reply;
        }
    }

    /// <summary>The payload of <see cref="Reply"/>, as memory that can be kept over an await.</summary>
    public ReadOnlyMemory<byte> Payload => _reply.AsMemory(Reply.HeaderBytes, _replyLength - Reply.HeaderBytes);

    /// <summary>
    /// Sends a request, numbering it, and completes when <see cref="Reply"/> is there. The request's bytes are copied before
    /// this returns. Cancelled, the call is over: what was sent may still take effect.
    /// </summary>
    public ValueTask SendAsync(scoped Request request, CancellationToken cancellation)
    {
        Invariant.Require(_state is State.Idle or State.Replied, "a gate call has one open request");
        cancellation.ThrowIfCancellationRequested();

        // Not waiting for a callback that runs just now: it is of the same HTTP call, so it may well abandon this request.
        _cancellation.Unregister();
        _completion.Reset();
        request.Id = ++_id;
        _request.ResetWrittenCount();
        request.Write(_request);
        _state = State.Waiting;
        _session.Submit(_request.WrittenSpan);
        _cancellation = cancellation.UnsafeRegister(static call => ((GateCall)call!).Abandon(), this);
        return new ValueTask(this, _completion.Version);
    }

    /// <inheritdoc/>
    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        // A call that was abandoned never goes back to its pool, so its buffer can be written whatever the state is.
        if (_reply.Length < replies.Length)
        {
            ArrayPool<byte>.Shared.Return(_reply);
            _reply = ArrayPool<byte>.Shared.Rent(replies.Length);
        }

        replies.CopyTo(_reply);
        _replyLength = replies.Length;
        if (Interlocked.CompareExchange(ref _state, State.Replied, State.Waiting) == State.Waiting)
        {
            _completion.SetResult(true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        _cancellation = default;
        if (Interlocked.CompareExchange(ref _state, State.Abandoned, State.Waiting) is State.Waiting or State.Abandoned)
        {
            _session.Dispose();
            return;
        }

        DropLargeBuffers();
        _pool.Return(this);
    }

    /// <summary>Ends the session of a call that the pool does not keep.</summary>
    public void Close()
    {
        _session.Dispose();
        ArrayPool<byte>.Shared.Return(_reply);
        _reply = [];
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private void Abandon()
    {
        if (Interlocked.CompareExchange(ref _state, State.Abandoned, State.Waiting) == State.Waiting)
        {
            _completion.SetException(new OperationCanceledException());
        }
    }

    private void DropLargeBuffers()
    {
        if (_reply.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_reply);
            _reply = [];
        }

        if (_request.Capacity > KeptBytes)
        {
            _request = new ArrayBufferWriter<byte>();
        }
    }

    private static class State
    {
        public const int Idle = 0;
        public const int Waiting = 1;
        public const int Replied = 2;
        public const int Abandoned = 3;
    }
}
