using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime.Forming;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Liveness;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Recovery;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Routing;
using Holdfast.Runtime.Snapshots;
using Holdfast.Runtime.Space;
using Holdfast.Runtime.SystemGroup;
using Holdfast.Runtime.Time;
using Holdfast.Storage;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;
using Holdfast.Wire.Messages;

namespace Holdfast.Runtime;

/// <summary>
/// A node: consensus, log and state of all its groups. It has no threads, clock, disk or network of its own. Inputs come by
/// <see cref="Tick"/>, <see cref="Receive"/>, <see cref="Complete"/> and the sessions' requests; effects go to the ports that it was
/// made with; after any number of inputs, <see cref="Flush"/> carries out what they led to. One thread uses it.
/// </summary>
/// <remarks>
/// <see cref="InvariantViolationException"/> and <see cref="NodeStoppedException"/> from any call mean that the node must stop at once.
/// </remarks>
public sealed partial class Engine : IDisposable
{
    private readonly EngineOptions _options;
    private readonly SeededRandom _random;
    private readonly RecoveredNode _recovered;
    private readonly KeyspaceArena _arena;
    private readonly Manifest _manifest;
    private readonly PeerTable _peers;
    private readonly LogPipeline _log;
    private readonly BulkWork _bulk;
    private readonly SnapshotTaker _snapshots;
    private readonly SnapshotSender _sender;
    private readonly SnapshotReceiver _receiver;
    private readonly SnapshotStore _store;
    private readonly FormationMachine _formation;
    private readonly RoutingTable _table;
    private readonly Forwarder _forwarder;
    private readonly Admission _admission;
    private readonly Router _router;
    private readonly MessageReader _messages = new();
    private readonly Dictionary<NodeId, EngineSession> _forwarderSessions = [];
    private readonly EntryBlockPool _entryBlocks;
    private readonly ClusterClock _wallClock;
    private readonly List<Replica> _replicas = [];
    private readonly Dictionary<GroupId, Replica> _byGroup = [];
    private readonly Queue<Replica> _dirty = new();
    private SystemReplica? _system;
    private ulong _clusterTag;

    // Set last, and read by other threads before they ask where keys lie.
    private volatile int _partitionCount;

    /// <summary>A node that goes on from what its directory held.</summary>
    /// <param name="options">What the node was started with.</param>
    /// <param name="recovered">What <see cref="NodeRecovery.Open"/> gave; used up by this.</param>
    /// <param name="arena">Where keyspaces live; the engine's until it is disposed.</param>
    /// <param name="transport">The way to other nodes.</param>
    /// <param name="lanes">Where disk work goes.</param>
    /// <param name="random">All randomness of this node.</param>
    /// <param name="nowMicros">The time, monotonic.</param>
    public Engine(
        EngineOptions options,
        RecoveredNode recovered,
        KeyspaceArena arena,
        ITransport transport,
        IDiskLanes lanes,
        SeededRandom random,
        long nowMicros)
    {
        _options = options;
        _recovered = recovered;
        _arena = arena;
        _random = random;
        _nowMicros = _lastTickMicros = nowMicros;
        _clock.Advance(0, nowMicros);
        _entryBlocks = new EntryBlockPool(options.MaxLogBytes / 4);
        _manifest = recovered.Manifest;
        _store = recovered.Snapshots;
        _peers = new PeerTable(transport);
        _log = new LogPipeline(recovered.Log, lanes, options.MaxCommitDelayMicros, MarkDirty);
        _space = new DiskSpace(recovered.Log.SegmentBytes, recovered.Log.SmallSegmentBytes, SnapshotRoomNeeded);
        recovered.Log.Space = _space;
        _bulk = new BulkWork(lanes);
        _snapshots = new SnapshotTaker(_store, _bulk, _log, _space, SnapshotTaken, SnapshotNotTaken);
        _sender = new SnapshotSender(_store, _bulk, _snapshots, MarkDirty);
        _receiver = new SnapshotReceiver(_store, _bulk, _space, MarkDirty);
        _wallClock = new ClusterClock { ObeysOwn = options.StampsByOwnClock };
        _table = new RoutingTable(MarkDirty);
        _forwarder = new Forwarder(options, _peers, _table, _random);
        _admission = new Admission(options);
        _router = new Router(options, _table, _forwarder, _admission, _wallClock);
        _router.SetTime(nowMicros);
        _forwarder.Self = new EngineSession(_router, _forwarder, isForwarder: true);
        _forwarder.GoOn = _router.Release;
        _formation = new FormationMachine(transport, _manifest.Self, SettingsOf(options), options.Peers);
        View = new ClusterViewSource(this);
        Routes = new LiveRoutes(options.Self, _table);
        if (_manifest.Formation is { } formation)
        {
            _formation.Restore(formation);
            BeginCluster(formation);
        }
    }

    /// <summary>The number of partitions; zero until the node knows its cluster. Any thread may ask.</summary>
    public int PartitionCount
    {
        get => _partitionCount;
        private set => _partitionCount = value;
    }

    /// <summary>The longest value, in bytes: the cluster's, once it is known. Any thread may ask.</summary>
    public int MaxValueBytes => (int?)_manifest.Formation?.Settings.MaxValueBytes ?? _options.MaxValueBytes;

    /// <summary>What the node knows of its cluster. Any thread may ask.</summary>
    public ClusterViewSource View { get; }

    /// <summary>Who serves which keys, for those on the engine's thread; where keys lie, for all.</summary>
    public IRouteMap Routes { get; }

    /// <summary>The port for cluster-aware Redis clients that the node tells others; zero is none.</summary>
    public int RespClusterPort { get; set; }

    /// <summary>
    /// Whether clients that know where keys live can be served: they compute slots by themselves, and only as Redis does.
    /// </summary>
    public bool OffersClusterPort => _table.PartitionBy == Placement.PartitionBy.Key;

    private int AdvertisedClusterPort => OffersClusterPort ? RespClusterPort : 0;

    /// <summary>Whether there is still something to do that waits for no input: call <see cref="Flush"/> again.</summary>
    public bool HasWork => _dirty.Count > 0 || _router.HasUndelivered;

    /// <summary>Opens a session. Its requests and replies belong to the engine's thread.</summary>
    public IRequestSession Open(IReplySink sink) => new EngineSession(_router, sink, isForwarder: false);

    /// <summary>A frame came from another node. One that is malformed, of another cluster, or from an incarnation that is not on record is ignored.</summary>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (!PeerFrame.TryRead(frame, out PeerFrame header, out ReadOnlySpan<byte> body))
        {
            return;
        }

        if (header.Kind == FrameKind.Hello)
        {
            ReceiveHello(body);
            return;
        }

        if (_clusterTag == 0 || header.ClusterTag != _clusterTag)
        {
            return;
        }

        if (_peers.Find(header.From) is { } peer && peer.Incarnation == header.Incarnation)
        {
            HearInput();
            peer.LastHeardMicros = _nowMicros;
            Dispatch(peer, header.Kind, body);
        }
    }

    /// <summary>Disk work that the engine handed out has run.</summary>
    public void Complete(DiskWork work)
    {
        switch (work)
        {
            case LogBatch batch:
                _log.Complete(batch, _nowMicros);
                break;
            case LogUpkeep upkeep:
                _log.Complete(upkeep);
                break;
            default:
                bool known = _bulk.TryComplete(work);
                Invariant.Require(known, "disk work comes back once, to the engine that handed it out");
                break;
        }
    }

    /// <summary>A connection to another node is up.</summary>
    public void PeerConnected(PeerHandle handle, TransportLane lane)
    {
        if (lane == TransportLane.Liveness && _peers.Find(handle) is { } peer)
        {
            Greet(peer);
        }
    }

    /// <summary>A connection to another node broke: what was on its way may be lost.</summary>
    public void PeerDisconnected(PeerHandle handle, TransportLane lane)
    {
        if (_peers.Find(handle) is not { } peer)
        {
            return;
        }

        switch (lane)
        {
            case TransportLane.Liveness:
                peer.Heartbeats.Reset();
                break;
            case TransportLane.Entries:
                ReportUnreachable(peer);
                break;
            case TransportLane.Requests:
                _forwarder.Broken(peer.Id);
                break;
            default:
                break;
        }
    }

    /// <summary>Carries out what the inputs led to: writes, messages, applied entries, replies. <see cref="SubmitLog"/> follows.</summary>
    public void Flush()
    {
        // Replies may bring new requests from their sinks: a few rounds serve those at once, then the loop gets its turn.
        for (int round = 0; round < 4; round++)
        {
            ProcessDirty();
            int answered = _router.Deliver();
            _load.Move(answered);
            if (answered == 0)
            {
                break;
            }
        }

        _load.EndTurn();
        if (!IsLightlyLoaded)
        {
            _log.Submit(_nowMicros);
        }

        _peers.Flush();
    }

    /// <summary>
    /// To be called after <see cref="Flush"/>, when the messages have left. Under load the disk has its batch by then. With one client
    /// it gets it only now: it is the follower's disk that the client waits for, which begins later by a message than this one's, and the
    /// disk's thread, once woken, takes the core from under the messages.
    /// </summary>
    public void SubmitLog() => _log.Submit(_nowMicros);

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshots.Dispose();
        _receiver.Dispose();
        foreach (PartitionReplica replica in _table.LocalReplicas)
        {
            replica.Machine.State.Dispose();
        }

        foreach (RecoveredGroup unused in _recovered.Groups.Values)
        {
            unused.Keyspace?.Dispose();
        }

        _arena.Dispose();
        _recovered.Log.Dispose();
    }

    internal void MarkDirty(Replica replica)
    {
        if (!replica.IsDirty)
        {
            replica.IsDirty = true;
            _dirty.Enqueue(replica);
        }
    }

    private void Dispatch(Peer peer, FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Consensus:
                ReceiveMessages(peer, body);
                break;
            case FrameKind.Heartbeats:
                ReceiveHeartbeats(peer, body);
                break;
            case FrameKind.HeartbeatAnswer:
                ReceiveHeartbeatAnswer(peer, body);
                break;
            case FrameKind.Requests:
                ForwarderSession(peer).Submit(body);
                break;
            case FrameKind.Replies:
                _forwarder.OnReplies(body);
                break;
            case FrameKind.Report:
                ReceiveReport(peer, body);
                break;
            default:
                break;
        }
    }

    private static ClusterSettings SettingsOf(EngineOptions options) => new()
    {
        Partitions = (uint)options.Partitions,
        Replicas = (uint)options.Replicas,
        PartitionByFirstLevel = options.PartitionBy == Placement.PartitionBy.FirstLevel,
        MaxValueBytes = (uint)options.MaxValueBytes,
    };
}
