using System.Net;
using Holdfast.Api;
using Holdfast.Cli.Hosting;
using Holdfast.Client;
using Holdfast.Server;

namespace Holdfast.Cli.Settings;

/// <summary>The settings of <c>server</c> and <c>dev</c>.</summary>
internal static class ServerSettings
{
    private const string PortText = "a port, 1 to 65535";
    private const int MaxPartitions = 1024;

    private static readonly Setting<uint> Id = new(
        "id", "The node's number, unique in its cluster (0)", 0u, Parsers.Id, "a number from 0 on");

    private static readonly Setting<int> Port = new(
        "port", "The port that everything is spoken on (8000)", Endpoint.Default.Port, Parsers.Port, PortText);

    private static readonly Setting<IReadOnlyList<Endpoint>> Peers = new(
        "peers", "The other nodes: HOST:PORT[,HOST:PORT...]; none is a cluster of one node", [], Parsers.Endpoints, "a list of HOST:PORT");

    private static readonly Setting<string?> Data = new(
        "data", "The directory of the data (data/node-ID, for dev data)", null, Parsers.Text!, "a directory");

    private static readonly Setting<int> Partitions = new(
        "partitions", "The number of partitions, fixed when the cluster is created (16)", 16, Parsers.Between(1, MaxPartitions),
        "a number from 1 to 1024");

    private static readonly Setting<int> Replicas = new(
        "replicas", "The number of copies of each partition (3)", 3, Parsers.Odd, "an odd number from 1 to 99");

    private static readonly Setting<PartitionBy> PartitionKey = new(
        "partition-by", "What decides a key's partition: key or first-level (key)", PartitionBy.Key,
        (string text, out PartitionBy value) =>
            Parsers.Word(text, out value, ("key", PartitionBy.Key), ("first-level", PartitionBy.FirstLevel)),
        "'key' or 'first-level'");

    private static readonly Setting<IPAddress?> Bind = new(
        "bind", "The address to listen on (loopback)", null, Parsers.Address, "an IP address");

    private static readonly Setting<Endpoint?> Advertise = new(
        "advertise", "The address to tell others: HOST:PORT", null, Parsers.EndpointOf, "a HOST:PORT");

    private static readonly Setting<bool> Insecure = new(
        "insecure", "Listen beyond this machine without encryption and users", false, Parsers.Switch, "true or false", isSwitch: true);

    private static readonly Setting<int?> Engines = new(
        "engines", "The number of engines (by the number of cores)", null, Parsers.Optional(Parsers.Between(1, 64)),
        "a number from 1 to 64");

    private static readonly Setting<ReadMode> Reads = new(
        "read-mode", "How a leader knows that it still leads: read-index or lease (read-index)", ReadMode.ReadIndex,
        (string text, out ReadMode value) =>
            Parsers.Word(text, out value, ("read-index", ReadMode.ReadIndex), ("lease", ReadMode.Lease)),
        "'read-index' or 'lease'");

    private static readonly Setting<int> MaxClockDrift = new(
        "max-clock-drift", "With leases: by how many percent a node's clock may run faster than another's (5)", 5, Parsers.Between(0, 50),
        "a number from 0 to 50");

    private static readonly Setting<bool> Fsync = new(
        "fsync", "Sync to disk before a write is acknowledged: on or off (on)", true, Parsers.OnOff, "'on' or 'off'");

    private static readonly Setting<bool> IdlePoll = new(
        "idle-poll", "Poll for up to 1 ms before sleeping while few requests are under way, for their latency: on or off (on)", true,
        Parsers.OnOff, "'on' or 'off'");

    private static readonly Setting<long?> MaxMemory = new(
        "max-memory", "The most memory for keys and values: 512MiB, 2G (no bound)", null, Parsers.Optional<long>(Parsers.Bytes),
        "a number of bytes");

    private static readonly Setting<WatchHistory?> History = new(
        "watch-history", "How much each partition keeps of its changes, for watches: BYTES[,TIME] (64MiB,10m)", null, Parsers.WatchHistory!,
        "a number of bytes from 64KiB on, such as 64MiB, or that and a duration, such as 64MiB,10m");

    private static readonly Setting<int> MaxValueBytes = new(
        "max-value-bytes", "The longest value in bytes (16777216)", Limits.DefaultMaxValueBytes,
        Parsers.Between(1, Limits.DefaultMaxValueBytes), "a number from 1 to 16777216");

    private static readonly Setting<int?> HttpPort = PortFor("http-port", "A port for HTTP alone");
    private static readonly Setting<int?> RespPort = PortFor("resp-port", "A port for the Redis protocol alone");

    private static readonly Setting<int?> RespClusterPort = new(
        "resp-cluster-port", "The port for cluster-aware Redis clients, or off (the port + 10000)", null,
        Parsers.Optional<int>(Parsers.PortOrOff), PortText + ", or off");

    private static readonly Setting<int?> PeerPort = PortFor("peer-port", "A port for peers alone");

    private static readonly Setting<IReadOnlyList<string>> AllowedHosts = new(
        "allowed-hosts", "Host names to serve over HTTP besides loopback and the advertised one: NAME[,NAME...]", [], Parsers.Words,
        "a list of names");

    private static readonly Setting<int> MaxKeysReply = new(
        "max-keys-reply", "The most keys that the Redis command KEYS answers with (100000)", 100_000,
        Parsers.Between(1, int.MaxValue), "a number from 1 on");

    private static readonly Setting<int> Nodes = new(
        "nodes", "The number of nodes (3)", 3, Parsers.Between(1, 15), "a number from 1 to 15");

    private static readonly MissingSetting[] Missing =
    [
        new("join", "A node of the cluster to join", "list all nodes of the cluster with --peers"),
        new("zone", "The zone of the node", "leave it out: replicas are spread over nodes"),
        new("weight", "The share of the node in the data", "leave it out: all nodes get equal shares"),
    ];

    /// <summary>What <c>server</c> takes.</summary>
    public static IReadOnlyList<Setting> OfServer { get; } =
    [
        Id, Port, Peers, Data, Partitions, Replicas, PartitionKey, Bind, Advertise, Insecure, Engines, Reads, MaxClockDrift, Fsync,
        IdlePoll, MaxMemory, MaxValueBytes, History, HttpPort, RespPort, RespClusterPort, PeerPort, AllowedHosts, MaxKeysReply, .. Missing,
    ];

    /// <summary>What <c>dev</c> takes.</summary>
    public static IReadOnlyList<Setting> OfDev { get; } = [Nodes, Port, RespClusterPort, Data, Partitions];

    /// <exception cref="UsageException">A setting can't be read, isn't there yet, or is unsafe by accident.</exception>
    public static ServerOptions Server(SettingSources sources)
    {
        foreach (MissingSetting missing in Missing)
        {
            missing.RefuseIn(sources);
        }

        var options = new ServerOptions
        {
            Id = Id.In(sources),
            Port = Port.In(sources),
            Peers = Peers.In(sources),
            Data = Data.In(sources) ?? Path.Combine("data", $"node-{Id.In(sources)}"),
            Partitions = Partitions.In(sources),
            Replicas = Replicas.In(sources),
            PartitionBy = PartitionKey.In(sources),
            Bind = Bind.In(sources),
            Advertise = Advertise.In(sources),
            Insecure = Insecure.In(sources),
            Engines = Engines.In(sources),
            ReadMode = Reads.In(sources),
            MaxClockDriftPercent = MaxClockDrift.In(sources),
            Fsync = Fsync.In(sources),
            IdlePoll = IdlePoll.In(sources),
            MaxMemoryBytes = MaxMemory.In(sources),
            MaxValueBytes = MaxValueBytes.In(sources),
            WatchHistory = History.In(sources),
            HttpPort = HttpPort.In(sources),
            RespPort = RespPort.In(sources),
            RespClusterPort = RespClusterPort.In(sources),
            PeerPort = PeerPort.In(sources),
            AllowedHosts = AllowedHosts.In(sources),
            MaxKeysReply = MaxKeysReply.In(sources),
        };
        RefuseExposure(options);
        if (options is { PartitionBy: PartitionBy.FirstLevel, RespClusterPort: > 0 })
        {
            throw new UsageException(
                "--resp-cluster-port does not go with --partition-by first-level: cluster-aware Redis clients look for keys by the whole key; "
                + "leave one out");
        }

        return options;
    }

    /// <exception cref="UsageException">A setting can't be read.</exception>
    public static DevOptions Dev(SettingSources sources)
    {
        var options = new DevOptions
        {
            Nodes = Nodes.In(sources),
            Port = Port.In(sources),
            RespClusterPort = RespClusterPort.In(sources),
            Data = Data.In(sources) ?? "data",
            Partitions = Partitions.In(sources),
        };
        return Math.Max(options.Port, options.RespClusterPort ?? 0) + options.Nodes - 1 <= ushort.MaxValue
            ? options
            : throw new UsageException(
                $"{options.Nodes} nodes need as many ports from the first on; take a lower one for --port or --resp-cluster-port");
    }

    private static Setting<int?> PortFor(string name, string help) =>
        new(name, help, null, Parsers.Optional<int>(Parsers.Port), PortText);

    private static void RefuseExposure(ServerOptions options)
    {
        if (options.Bind is { } address && !IPAddress.IsLoopback(address) && !options.Insecure)
        {
            throw new UsageException(
                $"--bind {address} would serve everyone who reaches this machine, without encryption and users; "
                + "add --insecure if that is meant");
        }
    }
}
