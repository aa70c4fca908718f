using System.Net;
using System.Reflection;
using Holdfast.Client;
using Holdfast.Consensus;
using Holdfast.Net.Loop;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>What the engine and the listener need to know, from what the operator said.</summary>
internal static class NodeSettings
{
    private const long MaxSegmentBytes = 64L * 1024 * 1024;
    private const long MinSegmentBytes = 1024 * 1024;

    /// <summary>What a follower that no commit waits for may be behind before it is sent to earlier than with the next tick.</summary>
    private const int MaxTrailingBytes = 64 * 1024;

    /// <summary>On a disk where waking up counts at all, each step of a lone write comes in less.</summary>
    private const int MaxPollMicros = 1_000;

    /// <summary>What Redis adds for its cluster bus, so that operators know the number.</summary>
    private const int ClusterPortOffset = 10_000;

    /// <summary>On a small disk a segment is smaller, so that the reserve of four does not take most of it.</summary>
    private const long SegmentsADisk = 64;

    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(NodeSettings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>The engine's options, on a disk of so many bytes.</summary>
    public static EngineOptions EngineOptionsOf(ServerOptions options, long diskBytes)
    {
        WatchHistory history = options.WatchHistory ?? new WatchHistory(WatchHistory.DefaultBytes, WatchHistory.DefaultTime);
        long memoryBytes = options.MaxMemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new EngineOptions
        {
            Self = new NodeId(options.Id),
            Address = AddressOf(options),
            Peers = [.. options.Peers.Select(peer => peer.ToString())],
            Partitions = options.Partitions,
            Replicas = options.Replicas,
            PartitionBy = options.PartitionBy == PartitionBy.FirstLevel ? Placement.PartitionBy.FirstLevel : Placement.PartitionBy.Key,
            MaxValueBytes = options.MaxValueBytes,
            MaxMemoryBytes = options.MaxMemoryBytes ?? 0,
            MaxHistoryBytes = history.Bytes,
            MinHistoryBytes = WatchHistory.MinBytes,
            MaxHistoryBytesOfAll = options.WatchHistory is null ? WatchHistory.BytesOfAll(memoryBytes, diskBytes) : long.MaxValue,
            HistoryMs = (ulong)history.Time.TotalMilliseconds,
            ReadsByLease = options.ReadMode == ReadMode.Lease,
            MaxClockDrift = options.MaxClockDriftPercent / 100.0,

            // Whatever this node's read mode is: that of the others may differ, and so leases need not be switched on everywhere at once.
            Raft = new RaftOptions { KeepsLeases = true, MaxTrailingBytes = MaxTrailingBytes },
            Version = Version,
            UnixOffsetMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - Environment.TickCount64,
        };
    }

    /// <summary>How long a thread polls at most before it sleeps, in µs. On a single core that would only keep the others waiting.</summary>
    public static int MaxPollMicrosOf(ServerOptions options) => options.IdlePoll && Environment.ProcessorCount > 1 ? MaxPollMicros : 0;

    /// <summary>The event loop's options.</summary>
    public static EventLoopOptions LoopOptionsOf(ServerOptions options, INetworkObserver observer) => new()
    {
        Observer = observer,
        ThreadName = $"holdfast {options.Id}",
        MaxPollMicros = MaxPollMicrosOf(options),
    };

    /// <summary>The address that others are told.</summary>
    public static string AddressOf(ServerOptions options) => AddressOf(options, options.Advertise?.Port ?? options.PeerPort ?? options.Port);

    /// <summary>The address of another port of the node.</summary>
    public static string AddressOf(ServerOptions options, int port)
    {
        string host = options.Advertise?.Host
            ?? (options.Bind is null || IPAddress.IsLoopback(options.Bind) ? "localhost" : options.Bind.ToString());
        return new Endpoint(host, port).ToString();
    }

    /// <summary>The port for cluster-aware Redis clients; null is none.</summary>
    public static int? ClusterPortOf(ServerOptions options)
    {
        int port = options.RespClusterPort ?? (options.Port + ClusterPortOffset);
        return options.PartitionBy == PartitionBy.Key && port is > 0 and <= ushort.MaxValue ? port : null;
    }

    /// <summary>The names that an HTTP request may carry besides loopback.</summary>
    public static IReadOnlyCollection<string> AllowedHostsOf(ServerOptions options) =>
        options.Advertise is { } advertised ? [.. options.AllowedHosts, advertised.Host] : options.AllowedHosts;

    /// <summary>The size of new log segments on a disk with so much space, in whole MiB.</summary>
    public static long SegmentBytesFor(long freeBytes) =>
        Math.Clamp(freeBytes / SegmentsADisk / MinSegmentBytes * MinSegmentBytes, MinSegmentBytes, MaxSegmentBytes);
}
