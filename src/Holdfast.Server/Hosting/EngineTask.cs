using System.Runtime.ExceptionServices;
using Holdfast.Disk;
using Holdfast.Net.Loop;
using Holdfast.Net.Peers;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>Lends the loop's thread to the engine: ticks, then carries out what the iteration's inputs led to.</summary>
internal sealed class EngineTask : ILoopTask, IFrameReceiver, IPeerObserver
{
    private Engine? _engine;
    private DiskLanes? _lanes;
    private ExceptionDispatchInfo? _failure;

    /// <inheritdoc/>
    public bool MayPoll => _engine is { IsLightlyLoaded: true };

    /// <summary>The engine, once it is made: its transport, which reports here, comes before it. And its lanes: the log's thread polls when the loop may.</summary>
    public void Attach(Engine engine, DiskLanes lanes)
    {
        _engine = engine;
        _lanes = lanes;
    }

    /// <inheritdoc/>
    public void Begin(long nowMicros)
    {
        _engine?.SetTime(nowMicros);
        _engine?.SetWallClock(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    /// <inheritdoc/>
    public void Run(long nowMicros)
    {
        _failure?.Throw();
        _engine?.Tick(nowMicros);
        _engine?.Flush();
    }

    /// <inheritdoc/>
    public long End()
    {
        if (_engine is not { } engine || _lanes is not { } lanes)
        {
            return long.MaxValue;
        }

        engine.SubmitLog();
        lanes.MayPoll = engine.IsLightlyLoaded;
        return engine.HasWork ? 0 : engine.NextTickMicros;
    }

    /// <summary>
    /// Hands a frame in. What it makes fail is the node, not the connection that brought it: an engine that has left a frame half
    /// done, or has learned that it must not take part, gets no further one, and the loop ends before anything of it goes out.
    /// </summary>
    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            _engine?.Receive(frame);
        }
        catch (Exception failure) when (failure is not InvariantViolationException)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    /// <inheritdoc/>
    public void OnPeerConnected(PeerHandle peer, TransportLane lane) => _engine?.PeerConnected(peer, lane);

    /// <inheritdoc/>
    public void OnPeerDisconnected(PeerHandle peer, TransportLane lane) => _engine?.PeerDisconnected(peer, lane);
}
