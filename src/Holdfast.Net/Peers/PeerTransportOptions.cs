using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>The settings of a <see cref="PeerTransport"/>.</summary>
public sealed record PeerTransportOptions
{
    /// <summary>The largest frame, in bytes, that is sent or accepted.</summary>
    public const int MaxFrameBytes = 32 * 1024 * 1024;

    /// <summary>The first wait before connecting again, in microseconds; it doubles with each failure.</summary>
    public long BackoffMinMicros { get; init; } = 50_000;

    /// <summary>The longest wait before connecting again, in microseconds.</summary>
    public long BackoffMaxMicros { get; init; } = 1_000_000;

    /// <summary>How long one attempt to connect may take, in microseconds.</summary>
    public long ConnectTimeoutMicros { get; init; } = 2_000_000;

    /// <summary>
    /// How many bytes may wait on a lane's connection before a frame of that lane is dropped, and its sender told so. A frame is
    /// always taken by an empty queue. Requests have room where entries have none any more.
    /// </summary>
    public Func<TransportLane, long> QueueBytes { get; init; } = DefaultQueueBytes;

    private static long DefaultQueueBytes(TransportLane lane) => lane switch
    {
        TransportLane.Liveness => 1L << 20,
        TransportLane.Entries => 64L << 20,
        TransportLane.Requests => 128L << 20,
        TransportLane.Bulk => 16L << 20,
        _ => throw Invariant.Unreachable("every lane has a bound"),
    };
}
