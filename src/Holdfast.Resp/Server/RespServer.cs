using System.Collections.Concurrent;
using Holdfast.Api;
using Holdfast.Resp.Server;

namespace Holdfast.Resp;

/// <summary>What the sessions of a node share. Thread-safe, though each session is used by one thread.</summary>
public sealed class RespServer(IRequestGate gate, IClusterViewSource cluster, IRespClock clock, RespIdentity identity)
{
    private readonly ConcurrentDictionary<long, RespClient> _clients = new();
    private readonly long _startedMs = clock.MonotonicMs;
    private RedisNodes _nodes = new(cluster.Current);
    private long _lastClientId;
    private long _pastCommands;
    private long _commandsAtReset;
    private long _connectionsAtReset;

    /// <summary>The way to the store.</summary>
    public IRequestGate Gate { get; } = gate;

    /// <summary>What the node knows of its cluster.</summary>
    public IClusterViewSource Cluster { get; } = cluster;

    /// <summary>
    /// Who serves which keys, where the front end runs on a node's own thread; null elsewhere, where there is no Redis Cluster to
    /// speak of.
    /// </summary>
    public IRouteMap? Routes { get; init; }

    /// <summary>The time.</summary>
    public IRespClock Clock { get; } = clock;

    /// <summary>What INFO says of the process.</summary>
    public RespIdentity Identity { get; } = identity;

    /// <summary>How many sessions are open.</summary>
    public int ConnectedClients => _clients.Count;

    /// <summary>How many commands were carried out since the start, or since CONFIG RESETSTAT.</summary>
    public long CommandsProcessed => AllCommands - Interlocked.Read(ref _commandsAtReset);

    /// <summary>How many sessions were opened since the start, or since CONFIG RESETSTAT.</summary>
    public long ConnectionsReceived => Interlocked.Read(ref _lastClientId) - Interlocked.Read(ref _connectionsAtReset);

    /// <summary>The nodes of the latest view.</summary>
    internal RedisNodes Nodes
    {
        get
        {
            // Two threads may make the same twice, which does no harm.
            ClusterView view = Cluster.Current;
            RedisNodes nodes = Volatile.Read(ref _nodes);
            if (!ReferenceEquals(nodes.View, view))
            {
                nodes = new RedisNodes(view);
                Volatile.Write(ref _nodes, nodes);
            }

            return nodes;
        }
    }

    /// <summary>The port that a client connected to.</summary>
    internal int PortOf(bool cluster) => cluster ? Nodes.Self?.Port ?? 0 : Identity.Port;

    /// <summary>How long the server has run, in ms.</summary>
    internal long UptimeMs => Clock.MonotonicMs - _startedMs;

    /// <summary>The open sessions by number.</summary>
    internal IEnumerable<RespClient> Clients => _clients.Values.OrderBy(client => client.Id);

    private long AllCommands => Interlocked.Read(ref _pastCommands) + _clients.Values.Sum(client => client.Commands);

    /// <summary>Takes a new session in.</summary>
    internal RespClient Register(RespEndpoints endpoints, IRespOutput output)
    {
        RespClient client = new(Interlocked.Increment(ref _lastClientId), endpoints, output, Clock.MonotonicMs);
        _clients[client.Id] = client;
        return client;
    }

    /// <summary>Lets a session go.</summary>
    internal void Unregister(RespClient client)
    {
        if (_clients.TryRemove(client.Id, out _))
        {
            Interlocked.Add(ref _pastCommands, client.Commands);
        }
    }

    /// <summary>Sets the counters of INFO back.</summary>
    internal void ResetStatistics()
    {
        Interlocked.Exchange(ref _commandsAtReset, AllCommands);
        Interlocked.Exchange(ref _connectionsAtReset, Interlocked.Read(ref _lastClientId));
    }
}
