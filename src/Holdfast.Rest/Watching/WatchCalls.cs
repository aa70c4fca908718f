using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Watching;

/// <summary>Tells clients of changes as they happen. Thread-safe.</summary>
internal sealed class WatchCalls : IDisposable
{
    private const string EventStream = "text/event-stream";

    private readonly IRequestGate _gate;
    private readonly IClusterViewSource _cluster;
    private readonly WatchOptions _options;
    private readonly WatchMetrics _metrics = new();
    private readonly WatchHub _hub;
    private readonly WatchHistory _history;
    private readonly PartitionEnds _ends;

    public WatchCalls(IRequestGate gate, IClusterViewSource cluster, GateCallPool calls, WatchOptions options)
    {
        _gate = gate;
        _cluster = cluster;
        _options = options;
        _hub = new WatchHub(gate, options, _metrics);
        _history = new WatchHistory(calls, options);
        _ends = new PartitionEnds(gate, calls);
    }

    /// <summary><c>GET /v1/watch</c>: ends when the client goes or the node stops.</summary>
    public async ValueTask<Problem?> WatchAsync(RestCall call)
    {
        if (WatchQuery.Read(call, out WatchQuery query) is { } refusal)
        {
            return refusal;
        }

        ClusterView view = _cluster.Current;
        if (view.Id is null)
        {
            return Problem.Of(FaultCode.Starting, "The node does not know its cluster yet.");
        }

        var origin = new WatchOrigin(WatchToken.FingerprintOf(view.Id), (uint)view.Epoch);
        if (query.From is { } from && (from.Cluster != origin.Cluster || from.Positions.Length != _gate.PartitionCount))
        {
            return Problem.Of(FaultCode.BadRequest, "The id to go on from is of another cluster.");
        }

        if (!_hub.TryAdmit())
        {
            return Problem.Of(FaultCode.Overloaded, $"The node has {_options.MaxWatchers} watchers, as many as it takes.");
        }

        try
        {
            return await StartAsync(call, query, origin);
        }
        catch (OperationCanceledException) when (_hub.Stopped.IsCancellationRequested && !call.Response.HasStarted)
        {
            return Problem.Of(FaultCode.Stopping, "The node is stopping.");
        }
        finally
        {
            _hub.Dismiss();
        }
    }

    /// <summary>Ends all watches; further ones are refused.</summary>
    public void Stop() => _hub.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _hub.Dispose();
        _metrics.Dispose();
    }

    private async ValueTask<Problem?> StartAsync(RestCall call, WatchQuery query, WatchOrigin origin)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, _hub.Stopped);
        (Revision[] ends, Problem? problem) = await _ends.AskAsync().WaitAsync(ended.Token);
        if (problem is not null)
        {
            return problem;
        }

        bool goesOn = query.From?.Epoch == origin.Epoch;
        if (goesOn && IsAhead(query.From!.Positions, ends))
        {
            return Problem.Of(FaultCode.BadRequest, "The id to go on from is of changes that did not happen.");
        }

        await _hub.EnterAsync(origin, ends);
        var queue = new WatchQueue(query.Prefix, _options.QueueBytes);
        try
        {
            // Copied either way: other watchers share the ends.
            Revision[] start = [.. goesOn ? query.From!.Positions : ends];
            var output = new WatchOutput(call.Response.BodyWriter, origin, start, _metrics, _options.Clock);
            Open(call, query.From is { } from && !goesOn ? from.Positions : [], output);
            await StreamAsync(call, queue, output, ended.Token);
            return null;
        }
        finally
        {
            _hub.Leave(queue);
        }
    }

    private async ValueTask StreamAsync(RestCall call, WatchQueue queue, WatchOutput output, CancellationToken ended)
    {
        await using CancellationTokenRegistration closing = ended.UnsafeRegister(static queue => ((WatchQueue)queue!).Close(), queue);
        try
        {
            await output.FlushAsync(ended);
            await new Watcher(_hub, _history, queue, output).RunAsync(ended);
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            // The node stops, or the client takes nothing: the answer ends where an event does, unless the socket is full.
            if (output.IsFlushing)
            {
                call.Http.Abort();
            }
        }
    }

    /// <summary>
    /// Begins the answer with where the watch stands, so that a client that is cut off before the first event can go on. The gaps of another
    /// epoch have no ids: one that saw only some of them must see all again.
    /// </summary>
    private static void Open(RestCall call, ReadOnlySpan<Revision> ofOtherEpoch, WatchOutput output)
    {
        call.Response.ContentType = EventStream;
        call.Response.Headers["X-Accel-Buffering"] = "no";
        for (int i = 0; i < ofOtherEpoch.Length; i++)
        {
            output.WriteGap(new Gap(i, ofOtherEpoch[i], output.Positions[i], Gap.Epoch), hasId: false);
        }

        output.WriteProgress();
    }

    private static bool IsAhead(ReadOnlySpan<Revision> positions, ReadOnlySpan<Revision> ends)
    {
        for (int i = 0; i < ends.Length; i++)
        {
            if (positions[i] > ends[i])
            {
                return true;
            }
        }

        return false;
    }
}
