using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Recovery;
using Replica = Holdfast.Runtime.Groups.Replica;

namespace Holdfast.Simulation;

/// <summary>The real engine as a node of the world.</summary>
public sealed class EngineNode : ISimNode
{
    private const long LookMicros = 500 * VirtualTime.Millisecond;

    private readonly Engine? _engine;
    private readonly SimClock _clock;
    private readonly IDisk _disk;
    private long _nextLookMicros;
    private readonly List<Replica> _candidates = [];

    /// <summary>Starts an engine on what the disk holds. One that refuses to start is a node that has stopped.</summary>
    public EngineNode(NodeEnvironment environment, EngineOptions options, long segmentBytes)
    {
        var arena = new KeyspaceArena();
        _clock = environment.Clock;
        _disk = environment.Disk;
        try
        {
            // A wiped node that got its old incarnation back passes for the one that it was: the bug that identity is there to prevent.
            SeededRandom incarnations = environment.Bug == PlantedBug.WipedReplicaVotes ? new SeededRandom(environment.Id.Value + 1) : environment.Random;
            RecoveredNode recovered = NodeRecovery.Open(environment.Disk, options, arena, segmentBytes, synced: true, incarnations);
            if (environment.Bug == PlantedBug.ForgetsVote)
            {
                foreach (RecoveredGroup group in recovered.Groups.Values)
                {
                    group.HardState = group.HardState with { Vote = null };
                }
            }

            _engine = new Engine(options, recovered, arena, environment.Transport, environment.Lanes, environment.Random, environment.Clock.MonotonicMicros);
        }
        catch (NodeStoppedException)
        {
            arena.Dispose();
            HasStopped = true;
        }
    }

    /// <inheritdoc/>
    public bool HasStopped { get; private set; }

    /// <inheritdoc/>
    public long? UnixMs => HasStopped ? 0 : _engine!.ClusterMs;

    /// <inheritdoc/>
    public bool HasWork => !HasStopped && _engine!.HasWork;

    /// <inheritdoc/>
    public void OnTick(long nowMicros) => Run(engine =>
    {
        engine.SetTime(nowMicros);
        engine.SetWallClock(_clock.WallMicros / VirtualTime.Millisecond);
        if (nowMicros >= _nextLookMicros)
        {
            _nextLookMicros = nowMicros + LookMicros;
            engine.ReportDisk(new DiskHealth(_disk.FreeBytes, engine.SettledDiskBytes, 0, false));
        }

        engine.Tick(nowMicros);
    });

    /// <inheritdoc/>
    public void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame)
    {
        if (HasStopped)
        {
            return;
        }

        try
        {
            _engine!.Receive(frame);
        }
        catch (NodeStoppedException)
        {
            HasStopped = true;
        }
    }

    /// <inheritdoc/>
    public void OnPeerConnection(PeerHandle peer, TransportLane lane, bool isUp) => Run(engine =>
    {
        if (isUp)
        {
            engine.PeerConnected(peer, lane);
        }
        else
        {
            engine.PeerDisconnected(peer, lane);
        }
    });

    /// <inheritdoc/>
    public void OnDiskWorkDone(DiskWork work) => Run(engine => engine.Complete(work));

    /// <inheritdoc/>
    public IRequestSession Open(IReplySink sink) => _engine is { } engine ? engine.Open(sink) : new DeafSession();

    /// <inheritdoc/>
    public void Flush() => Run(static engine =>
    {
        engine.Flush();
        engine.SubmitLog();
    });

    /// <inheritdoc/>
    public bool TryControl(ControlAction action, SeededRandom random)
    {
        if (HasStopped)
        {
            return false;
        }

        _candidates.Clear();
        _candidates.AddRange(_engine!.Replicas.Where(replica => action == ControlAction.ForceSnapshot || replica.IsLeader));
        if (_candidates.Count == 0)
        {
            return false;
        }

        Replica chosen = _candidates[random.Next(_candidates.Count)];
        switch (action)
        {
            case ControlAction.ForceSnapshot:
                _engine.ForceSnapshot(chosen);
                return true;
            case ControlAction.TransferLeadership:
                ReplicaId[] others = [.. chosen.Raft.Configuration.Voters.Where(voter => voter != chosen.Raft.Id)];
                return others.Length > 0 && _engine.TryTransfer(chosen, others[random.Next(others.Length)]);
            default:
                return TryChangeMembers(chosen, random);
        }
    }

    /// <inheritdoc/>
    public void ReadGroups(List<GroupFacts> groups)
    {
        if (HasStopped)
        {
            return;
        }

        foreach (Replica replica in _engine!.Replicas)
        {
            RaftNode raft = replica.Raft;
            GroupRole role = raft.Role == RoleKind.Leader ? GroupRole.Leader
                : raft.Configuration.IsVoter(raft.Id) ? GroupRole.Follower
                : raft.Configuration.IsLearner(raft.Id) ? GroupRole.Learner
                : GroupRole.Outside;
            var facts = new GroupFacts(replica.Group, raft.Id, role, raft.Term, raft.LastIndex, raft.Commit, raft.Applied, StateHash: null);
            groups.Add(replica is PartitionReplica { Machine.State: var state } ? facts with
            {
                StateHash = replica.StateIndex == raft.Applied ? state.Checksum : null,
                Keys = state.Count,
                NextDeadlineMs = state.NextDeadlineMs,
            } : facts);
        }
    }

    /// <inheritdoc/>
    public bool TryReadEntry(GroupId group, LogIndex index, out EntryFacts entry)
    {
        entry = default;
        if (HasStopped || _engine!.FindReplica(group)?.Raft is not { } raft || index < raft.FirstIndex || index > raft.LastIndex)
        {
            return false;
        }

        Entry found = raft.EntriesFrom(index).Span[0];
        entry = new EntryFacts(found.Id.Term, Crc32C.Compute(found.Data.Span, (uint)found.Kind));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine?.Dispose();

    /// <summary>A voter becomes a learner, or a learner a voter again, one or two at a time: changes among the replicas that there are.</summary>
    private bool TryChangeMembers(Replica replica, SeededRandom random)
    {
        Configuration configuration = replica.Raft.Configuration;
        ReplicaId[] learners = [.. configuration.Learners];
        ReplicaId[] voters = [.. configuration.Voters.Where(voter => voter != replica.Raft.Id)];
        bool promote = learners.Length > 0 && (voters.Length < 2 || random.Chance(0.7));
        ReplicaId[] chosen = promote ? [learners[random.Next(learners.Length)]] : voters.Length > 0 ? [voters[random.Next(voters.Length)]] : [];
        return chosen.Length > 0 && _engine!.TryConfigure(replica, new ConfigurationChange
        {
            Expected = replica.Raft.ConfigurationIndex,
            AddVoters = promote ? chosen : [],
            AddLearners = promote ? [] : chosen,
        });
    }

    private void Run(Action<Engine> input)
    {
        if (HasStopped)
        {
            return;
        }

        try
        {
            input(_engine!);
        }
        catch (NodeStoppedException)
        {
            HasStopped = true;
        }
    }

    /// <summary>What a client has of a process that did not start: no answers.</summary>
    private sealed class DeafSession : IRequestSession
    {
        public void Submit(ReadOnlySpan<byte> requests)
        {
            // Nobody is there.
        }

        public void Dispose()
        {
            // Nothing was opened.
        }
    }
}
