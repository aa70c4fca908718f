using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Bulk;

/// <summary>The pairs of a set that lie in one partition, which are stored as one change or not at all.</summary>
internal sealed class SetGroup
{
    private readonly BatchBuilder _batch = new();
    private byte[] _firstKey = [];

    /// <summary>How many pairs it has.</summary>
    public int Count => _batch.Count;

    /// <summary>Why it was not stored, or not for certain; null when it was.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Adds a pair.</summary>
    public void Add(byte[] key, in Request put)
    {
        _firstKey = _batch.Count == 0 ? key : _firstKey;
        _batch.Add(put);
    }

    /// <summary>Stores its pairs.</summary>
    public async Task SendAsync(RestCall call, GateCallPool calls, WriteOptions options)
    {
        using GateCall gateCall = calls.Rent();
        await AskAsync(gateCall, options, call.Aborted);
        Reply reply = gateCall.Reply;
        Problem = reply.Fault == FaultCode.None ? null : Problem.Of(reply.ToFault());
    }

    private ValueTask AskAsync(GateCall gateCall, WriteOptions options, CancellationToken cancellation)
    {
        Request request = _batch.ToRequest(_firstKey, anySlot: true);
        options.Mark(ref request);
        return gateCall.SendAsync(request, cancellation);
    }
}
