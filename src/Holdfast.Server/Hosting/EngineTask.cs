using Holdfast.Net.Loop;
using Holdfast.Net.Peers;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>Lends the loop's thread to the engine: ticks, then carries out what the iteration's inputs led to.</summary>
internal sealed class EngineTask : ILoopTask, IFrameReceiver, IPeerObserver
{
    private Engine? _engine;

    /// <summary>The engine, once it is made: its transport, which reports here, comes before it.</summary>
    public void Attach(Engine engine) => _engine = engine;

    /// <inheritdoc/>
    public long Run(long nowMicros)
    {
        if (_engine is not { } engine)
        {
            return long.MaxValue;
        }

        engine.Tick(nowMicros);
        engine.Flush();
        return engine.HasWork ? nowMicros : nowMicros + EngineOptions.TickMicros;
    }

    /// <inheritdoc/>
    public void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame) => _engine?.Receive(lane, frame);

    /// <inheritdoc/>
    public void OnPeerConnected(PeerHandle peer, TransportLane lane) => _engine?.PeerConnected(peer, lane);

    /// <inheritdoc/>
    public void OnPeerDisconnected(PeerHandle peer, TransportLane lane) => _engine?.PeerDisconnected(peer, lane);
}
