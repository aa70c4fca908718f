using Google.Protobuf;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Forming;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Recovery;
using Holdfast.Runtime.SystemGroup;
using Holdfast.Storage;
using Holdfast.Wire.Control;
using KeyspaceState = Holdfast.Keyspace.Keyspace;

namespace Holdfast.Runtime;

/// <summary>How a node comes to know its cluster: formation, then group 0, then the map and its groups.</summary>
public sealed partial class Engine
{
    private ClusterMap? _adopting;

    private void ReceiveHello(ReadOnlySpan<byte> body)
    {
        try
        {
            Hello hello = Hello.Parser.ParseFrom(body);
            if (hello.Sender is not null && hello.Settings is not null)
            {
                _formation.Receive(hello);
                AdoptFormation();
            }
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or FormatException)
        {
            // From outside, before anything is known of the sender: what can't be read, its address included, is not heard.
        }
    }

    /// <summary>The members are known: once that is durable, group 0 begins.</summary>
    private void AdoptFormation()
    {
        if (_formation.Formed is { } formed && _manifest.Formation is null)
        {
            _manifest.Formation = formed;
            _bulk.Submit(ManifestStore.Write(_manifest.ToByteArray()), work =>
            {
                RequireManifest(work);
                BeginCluster(formed);

                // The connections were there before: nobody was greeted on them.
                SendReport(_peers.All);
            });
        }
    }

    private void BeginCluster(Formation formation)
    {
        _clusterTag = ClusterMaps.TagOf(formation);
        _peers.Fill(formation.Members, _manifest.Self, _clusterTag);
        _wallClock.Others = _peers.All.Count;
        _recovered.Groups.Remove(GroupId.System, out RecoveredGroup? recovered);
        var system = new SystemReplica(NewNode(GroupId.System, recovered), recovered?.System ?? new SystemSnapshot());
        _system = system;
        AddReplica(system, recovered);
        if (_manifest.Map is { } map)
        {
            BeginPartitions(map);
        }

        AdoptMap();
    }

    /// <summary>A leader of group 0 that finds no map yet records the one that follows from the formation.</summary>
    private void ProposeBootstrap(Replica replica)
    {
        if (replica == _system && _system!.State.Map is null && _manifest.Formation is { } formation)
        {
            var command = new SystemCommand
            {
                Bootstrap = new Bootstrap { Formation = formation, Map = ClusterMaps.Initial(formation) },
            };
            _system.Raft.Propose(command.ToByteArray(), out _);
            MarkDirty(replica);
        }
    }

    /// <summary>Group 0 has the map: once that is durable here, the groups of partitions begin.</summary>
    private void AdoptMap()
    {
        // A manifest with a map says that there is a log: so the log comes first (NodeRecovery refuses one without the other).
        if (_system?.State.Map is { } map && _manifest.Map is null && _adopting is null && _log.IsOnDisk)
        {
            _adopting = map;
            Manifest manifest = _manifest.Clone();
            manifest.Map = map;
            _bulk.Submit(ManifestStore.Write(manifest.ToByteArray()), work =>
            {
                RequireManifest(work);
                _manifest.Map = map;
                BeginPartitions(map);
            });
        }
    }

    private void BeginPartitions(ClusterMap map)
    {
        ClusterSettings settings = _manifest.Formation!.Settings;
        PartitionBy partitionBy = settings.PartitionByFirstLevel ? PartitionBy.FirstLevel : PartitionBy.Key;
        _table.SetMap(
            [.. map.Partitions.Select(placement => placement.Replicas.Select(replica => new ReplicaId(replica).Node).ToArray())],
            partitionBy,
            MaxValueBytes);
        KeyspaceOptions keyspaceOptions = _options.KeyspaceOptions(map, MaxValueBytes);
        for (int i = 0; i < map.Partitions.Count; i++)
        {
            var partition = new PartitionId((uint)i);
            ReplicaId[] replicas = [.. map.Partitions[i].Replicas.Select(replica => new ReplicaId(replica))];
            if (Array.Exists(replicas, replica => replica.Node == _options.Self))
            {
                BeginPartition(partition, partitionBy, keyspaceOptions);
            }
        }

        PartitionCount = map.Partitions.Count;
    }

    private void BeginPartition(PartitionId partition, PartitionBy partitionBy, KeyspaceOptions keyspaceOptions)
    {
        _recovered.Groups.Remove(partition.Group, out RecoveredGroup? recovered);
        KeyspaceState state = recovered?.Keyspace ?? new KeyspaceState(_arena, keyspaceOptions);
        var replica = new PartitionReplica(
            partition.Group,
            NewNode(partition.Group, recovered),
            state,
            _table.Ranges!.RangeOf(partition),
            () => new KeyspaceLoader(_arena, keyspaceOptions),
            _wallClock)
        {
            PartitionBy = partitionBy,
            Machine = { ReadsByOwnClock = _options.ReadsByOwnClock, SkipsChangesOfSnapshots = _options.SkipsChangesOfSnapshots },
            TellsLastChangeAlone = _options.TellsLastChangeAlone,
        };
        _table.Add(replica);
        AddReplica(replica, recovered);
    }

    private RaftNode NewNode(GroupId group, RecoveredGroup? recovered)
    {
        RestoredState state = recovered is null
            ? RestoredState.Bootstrap(GroupConfigurations.Initial(_manifest, group))
            : new RestoredState(recovered.HardState, recovered.Base, recovered.Entries, recovered.Applied);
        return new RaftNode(RaftOptions(), new ReplicaId(_options.Self, 0), state, _random.Fork(), _clock, _entryBlocks);
    }

    private RaftOptions RaftOptions()
    {
        long share = _options.MaxLogBytes / (long)(_manifest.Formation!.Settings.Partitions + 1);
        int promised = _options.Raft.ElectionTicksMin - MaxTicksWithinInputs - 1;
        int lease = (int)(promised / (1 + _options.MaxClockDrift));
        return _options.Raft with
        {
            MaxLogBytes = Math.Min(_options.Raft.MaxLogBytes, share),
            LeaseReads = _options.ReadsByLease,
            LeaseMarginTicks = _options.Raft.ElectionTicksMin - lease,
        };
    }

    private void AddReplica(Replica replica, RecoveredGroup? recovered)
    {
        if (recovered is not null)
        {
            replica.SnapshotIndex = recovered.SnapshotIndex;
            replica.LoggedBytes = recovered.LoggedBytes;
            replica.WrittenState = recovered.HardState;
            if (recovered.HasConflict)
            {
                _log.Restart(replica, recovered.Base.Id);
            }

            _log.Release(replica);
        }

        _replicas.Add(replica);
        _byGroup.Add(replica.Group, replica);
        MarkDirty(replica);
    }

    private static void RequireManifest(DiskWork work)
    {
        if (work.Failure is { } failure)
        {
            throw new NodeStoppedException($"the manifest can't be written: {failure.Message}; mend the disk, then start the node again", failure);
        }
    }
}
