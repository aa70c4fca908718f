using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>
/// The real <see cref="ITransport"/>: for each peer three TCP connections, kept for ever. Frames go one way; what the
/// other side has to say comes on connections of its own. What is sent within an iteration of the loop leaves in one write a
/// connection; entries and requests share one, since most iterations send both to the same peer (ADR 13). Only the loop's
/// thread uses it (or, before the loop runs, the thread that builds it).
/// </summary>
public sealed class PeerTransport : ITransport, IDisposable
{
    private static readonly TransportLane[][] LanesOfConnections =
        [[TransportLane.Liveness], [TransportLane.Entries, TransportLane.Requests], [TransportLane.Bulk]];

    private static readonly int[] ConnectionOfLane =
        [.. Enum.GetValues<TransportLane>().Select(lane => Array.FindIndex(LanesOfConnections, lanes => lanes.Contains(lane)))];

    // Jitter needs no quality, only that nodes which started together don't agree.
    private readonly SeededRandom _random = new((ulong)Environment.TickCount64 ^ ((ulong)Environment.ProcessId << 32));

    // Indexed by handle; a closed peer leaves a hole, since handles are not used again.
    private readonly List<PeerConnection[]?> _peers = [];

    /// <summary>A transport without peers.</summary>
    public PeerTransport(EventLoop loop, PeerTransportOptions options, IPeerObserver observer)
    {
        Loop = loop;
        Options = options;
        Observer = observer;
    }

    internal EventLoop Loop { get; }

    internal PeerTransportOptions Options { get; }

    internal IPeerObserver Observer { get; }

    /// <inheritdoc/>
    /// <exception cref="FormatException"><paramref name="address"/> is not <c>host:port</c>.</exception>
    public PeerHandle Open(string address)
    {
        Loop.RequireOwnThread();
        var parsed = PeerAddress.Parse(address);
        var peer = new PeerHandle(_peers.Count);
        PeerConnection[] connections = [.. LanesOfConnections.Select(lanes => new PeerConnection(this, peer, parsed, lanes))];
        _peers.Add(connections);
        foreach (PeerConnection connection in connections)
        {
            connection.Start();
        }

        return peer;
    }

    /// <inheritdoc/>
    public void Close(PeerHandle peer)
    {
        Loop.RequireOwnThread();
        CloseConnections(peer.Value);
    }

    /// <inheritdoc/>
    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame) =>
        _peers[peer.Value] is { } connections && connections[ConnectionOfLane[(int)lane]].Send(lane, frame);

    /// <summary>Ends the connections to all peers. Any thread may call.</summary>
    public void Dispose() => Loop.Invoke(new Finish(this));

    /// <summary>How long to wait after so many failures: doubling up to the limit, and between half and all of that.</summary>
    internal long Backoff(int failures)
    {
        long full = Options.BackoffMinMicros;
        for (int i = 1; i < failures && full < Options.BackoffMaxMicros; i++)
        {
            full *= 2;
        }

        full = Math.Min(full, Options.BackoffMaxMicros);
        return (full / 2) + (long)(_random.NextDouble() * (full / 2));
    }

    private void CloseConnections(int index)
    {
        foreach (PeerConnection connection in _peers[index] ?? [])
        {
            connection.Close();
        }

        _peers[index] = null;
    }

    private sealed class Finish(PeerTransport transport) : ILoopWork
    {
        public void Execute()
        {
            for (int i = 0; i < transport._peers.Count; i++)
            {
                transport.CloseConnections(i);
            }
        }
    }
}
