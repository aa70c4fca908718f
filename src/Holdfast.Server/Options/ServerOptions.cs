using System.Net;
using Holdfast.Client;

namespace Holdfast.Server;

/// <summary>How <c>holdfast server</c> runs one node. Ranges are checked by whoever makes it.</summary>
public sealed record ServerOptions
{
    /// <summary>The node's id, unique in its cluster; zero is as good as any.</summary>
    public uint Id { get; init; }

    /// <summary>The port that everything is spoken on, 1 to 65535.</summary>
    public int Port { get; init; } = Endpoint.Default.Port;

    /// <summary>The other nodes of a static cluster; empty is a cluster of one.</summary>
    public IReadOnlyList<Endpoint> Peers { get; init; } = [];

    /// <summary>The directory of the node's data.</summary>
    public required string Data { get; init; }

    /// <summary>The number of partitions, 1 to 1,024; counts when a cluster is created, and never again.</summary>
    public int Partitions { get; init; } = 16;

    /// <summary>The number of replicas of a partition, odd.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>What of a key decides its partition.</summary>
    public PartitionBy PartitionBy { get; init; }

    /// <summary>The address to listen on; null is loopback, IPv4 and IPv6.</summary>
    public IPAddress? Bind { get; init; }

    /// <summary>The address that the node tells others; null is <c>localhost</c> or the bound address, with the port.</summary>
    public Endpoint? Advertise { get; init; }

    /// <summary>Whether to listen beyond loopback without encryption and users.</summary>
    public bool Insecure { get; init; }

    /// <summary>The number of engines, at least 1; null lets the node choose by its cores.</summary>
    public int? Engines { get; init; }

    /// <summary>How a leader makes sure that it still leads before it answers a read.</summary>
    public ReadMode ReadMode { get; init; }

    /// <summary>By how many percent any node's clock may run faster than any other's, 0 to 50: leases are shorter by it.</summary>
    public int MaxClockDriftPercent { get; init; } = 5;

    /// <summary>Whether writes are synced to disk before they are acknowledged.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Whether the node polls for up to a millisecond before it sleeps, while few requests are under way.</summary>
    public bool IdlePoll { get; init; } = true;

    /// <summary>The most memory for keys and values in bytes; null sets no bound.</summary>
    public long? MaxMemoryBytes { get; init; }

    /// <summary>How much of its changes each partition keeps for watches; null is what suits <see cref="MaxMemoryBytes"/> and the disk.</summary>
    public WatchHistory? WatchHistory { get; init; }

    /// <summary>The longest value in bytes, at most the contract's 16 MiB.</summary>
    public int MaxValueBytes { get; init; } = Api.Limits.DefaultMaxValueBytes;

    /// <summary>A port for HTTP alone; null leaves it to <see cref="Port"/>.</summary>
    public int? HttpPort { get; init; }

    /// <summary>A port for the Redis protocol alone; null leaves it to <see cref="Port"/>.</summary>
    public int? RespPort { get; init; }

    /// <summary>
    /// The port for cluster-aware Redis clients; 0 is none; null is <see cref="Port"/> + 10000, unless that exceeds 65535 or is taken.
    /// There is none in a cluster partitioned by the first level.
    /// </summary>
    public int? RespClusterPort { get; init; }

    /// <summary>A port for peers alone; null leaves it to <see cref="Port"/>.</summary>
    public int? PeerPort { get; init; }

    /// <summary>Host names that HTTP requests may carry besides loopback and the advertised one.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The most keys that the Redis command KEYS answers with.</summary>
    public int MaxKeysReply { get; init; } = 100_000;
}

/// <summary>What of a key decides its partition.</summary>
public enum PartitionBy
{
    /// <summary>The whole key, or its hash tag.</summary>
    Key,

    /// <summary>The first level of its hierarchy: what stands before the first <c>/</c>.</summary>
    FirstLevel,
}

/// <summary>How a leader makes sure that it still leads before it answers a read (Ongaro §6.4).</summary>
public enum ReadMode
{
    /// <summary>A round to a majority, shared by all waiting reads.</summary>
    ReadIndex,

    /// <summary>A lease, which trusts that clocks keep their pace, and go on while a machine stands still.</summary>
    Lease,
}
