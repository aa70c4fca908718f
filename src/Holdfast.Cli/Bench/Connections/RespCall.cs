using System.Threading.Tasks.Sources;
using Holdfast.Cli.Bench.Measuring;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>A lane's command that waits for its reply; used again for the lane's next one.</summary>
internal sealed class RespCall : IValueTaskSource<OperationResult>
{
    private ManualResetValueTaskSourceCore<OperationResult> _core;

    /// <summary>Whether it may have changed something when its reply is lost.</summary>
    public bool IsWrite { get; private set; }

    /// <summary>When it was sent.</summary>
    public long SentNs { get; private set; }

    public ValueTask<OperationResult> Begin(bool isWrite, long nowNs)
    {
        _core.Reset();
        (IsWrite, SentNs) = (isWrite, nowNs);
        return new ValueTask<OperationResult>(this, _core.Version);
    }

    /// <summary>Ends it, and runs what waits for it.</summary>
    public void End(in OperationResult result) => _core.SetResult(result);

    OperationResult IValueTaskSource<OperationResult>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<OperationResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<OperationResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
