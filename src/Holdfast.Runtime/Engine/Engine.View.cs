using System.Globalization;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Peers;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime;

/// <summary>What the node shows of its cluster.</summary>
public sealed partial class Engine
{
    /// <summary>A node that was not heard from for so long is shown as down.</summary>
    private const long DownMicros = 1_500_000;

    /// <summary>How many entries behind the leader's commit a replica may be and still be shown as keeping up.</summary>
    private const ulong LagAtEase = 10_000;

    private readonly Dictionary<string, long> _problemsSince = [];

    internal ClusterView BuildView()
    {
        List<NodeView> nodes = [];
        List<PartitionView> partitions = [];
        if (_manifest.Formation is { } formation)
        {
            nodes.AddRange(formation.Members.Select(DescribeNode));
        }

        if (_manifest.Map is { } map && _table.Ranges is { } ranges)
        {
            for (int i = 0; i < map.Partitions.Count; i++)
            {
                partitions.Add(DescribePartition(new PartitionId((uint)i), map.Partitions[i], ranges));
            }
        }

        return new ClusterView
        {
            Id = _manifest.Formation is { } formed ? Convert.ToHexStringLower(formed.ClusterId.Span) : null,
            Epoch = 1,
            Version = _options.Version,
            Self = _options.Self.Value,
            Replicas = EffectiveReplicas(),
            PartitionBy = _manifest.Formation?.Settings.PartitionByFirstLevel ?? _options.PartitionBy == PartitionBy.FirstLevel ? "first-level" : "key",
            WaitingFor = WaitingFor(),
            System = new SystemView(
                _system?.Raft.Leader?.Node.Value,
                _system?.Raft.Term.Value ?? 0,
                [.. _system?.Raft.Configuration.Voters.Select(voter => voter.Node.Value) ?? []]),
            Problems = FindProblems(nodes, partitions),
            Nodes = nodes,
            Partitions = partitions,
        };
    }

    private int EffectiveReplicas() => _manifest.Formation is { } formation
        ? InitialPlacement.EffectiveReplicas(formation.Members.Count, (int)formation.Settings.Replicas)
        : _options.Replicas;

    private string? WaitingFor()
    {
        if (_formation.Formed is null)
        {
            return _formation.WaitingFor;
        }

        if (_system is not { IsCurrent: true } || _manifest.Map is null)
        {
            return "the system group";
        }

        int behind = _table.LocalReplicas.Count(replica => !replica.IsCurrent);
        return behind == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{behind} of {_table.LocalReplicas.Count} partitions to hear from their leader");
    }

    private NodeView DescribeNode(Member member)
    {
        if (member.Id == _options.Self.Value)
        {
            return new NodeView
            {
                Id = member.Id,
                Address = member.Address,
                State = NodeState.Up,
                Weight = 1,
                Version = _options.Version,
                Leaders = _table.LocalReplicas.Count(replica => replica.IsLeader),
                Replicas = _table.LocalReplicas.Count,
                MemoryBytes = _arena.AllocatedBytes,
                Disk = new DiskView(DiskStateOf(), _disk.FreeBytes, _disk.FsyncP99Us),
                LastSeenMs = 0,
                RespClusterPort = AdvertisedClusterPort,
            };
        }

        Peer? peer = _peers.Find(new NodeId(member.Id));
        NodeReport? report = peer?.Report;
        return new NodeView
        {
            Id = member.Id,
            Address = member.Address,
            State = IsUp(peer) ? NodeState.Up : NodeState.Down,
            Weight = 1,
            Version = report?.Version,
            Leaders = IsUp(peer) ? report?.Led.Count(led => led.Group != 0) ?? 0 : 0,
            Replicas = (int)(report?.Replicas ?? 0),
            MemoryBytes = report?.MemoryBytes ?? 0,
            Disk = new DiskView((DiskState)(report?.DiskState ?? 0), report?.DiskFreeBytes ?? 0, report?.FsyncP99Us ?? 0),
            LastSeenMs = peer is { LastHeardMicros: >= 0 } ? (_nowMicros - peer.LastHeardMicros) / 1000 : null,
            RespClusterPort = report is { HasRespClusterPort: true, RespClusterPort: <= ushort.MaxValue } ? (int)report.RespClusterPort : null,
        };
    }

    private bool IsUp(Peer? peer) => peer is { LastHeardMicros: >= 0 } && _nowMicros - peer.LastHeardMicros < DownMicros;

    private bool IsUp(NodeId node) => node == _options.Self || IsUp(_peers.Find(node));

    private PartitionView DescribePartition(PartitionId partition, PartitionPlacement placement, SlotRanges ranges)
    {
        SlotRange slots = ranges.RangeOf(partition);
        PartitionReplica? local = _table.LocalReplica(partition);
        NodeId? leader = _table.LeaderOf(partition);
        GroupReport? report = local is { IsLeader: true } ? Describe(local) : ReportOf(leader, partition.Group);
        ulong commit = Math.Max(report?.Commit ?? 0, local?.Raft.Commit.Value ?? 0);
        ReplicaView[] replicas =
        [
            .. placement.Replicas
                .Select(replica => DescribeReplica(new ReplicaId(replica), leader, report, local, commit))
                .OrderBy(replica => replica.Node),
        ];
        return new PartitionView
        {
            Id = partition.Value,
            FirstSlot = slots.First.Value,
            LastSlot = slots.Last.Value,
            Leader = leader?.Value,
            Term = Math.Max(report?.Term ?? 0, local?.Raft.Term.Value ?? 0),
            Commit = commit,
            Keys = local?.Machine.State.Count ?? report?.Keys ?? 0,
            Bytes = local?.StateBytes ?? report?.Bytes ?? 0,
            State = leader is null || !IsUp(leader.Value)
                ? PartitionState.NoLeader
                : Array.TrueForAll(replicas, replica => replica.State == ReplicaState.Ok) ? PartitionState.Ok : PartitionState.UnderReplicated,
            Replicas = replicas,
        };
    }

    private GroupReport? ReportOf(NodeId? leader, GroupId group) => leader is { } node
        ? _peers.Find(node)?.Report?.Led.FirstOrDefault(led => led.Group == group.Value)
        : null;

    private ReplicaView DescribeReplica(ReplicaId replica, NodeId? leader, GroupReport? report, PartitionReplica? local, ulong commit)
    {
        bool isHere = local is not null && replica == local.Raft.Id;
        ulong match = report?.Replicas.FirstOrDefault(known => known.Replica == replica.Value)?.Match ?? (isHere ? local!.Raft.LastIndex.Value : 0);
        ulong applied = isHere ? local!.Raft.Applied.Value : Math.Min(match, commit);
        ulong lag = commit > match ? commit - match : 0;
        ReplicaRole role = replica.Node == leader ? ReplicaRole.Leader
            : isHere && local!.Raft.Role is RoleKind.Candidate or RoleKind.PreCandidate ? ReplicaRole.Candidate
            : ReplicaRole.Follower;
        ReplicaState state = !IsUp(replica.Node) ? ReplicaState.Down
            : report is not null && lag > LagAtEase ? ReplicaState.CatchingUp
            : ReplicaState.Ok;
        return new ReplicaView(replica.Node.Value, role, match, applied, lag, state);
    }

    private List<ProblemView> FindProblems(List<NodeView> nodes, List<PartitionView> partitions)
    {
        List<(string Code, string What, string Do)> found = [];
        foreach (NodeView node in nodes)
        {
            if (node.State == NodeState.Down)
            {
                found.Add(("node-down", $"node {node.Id} ({node.Address}) was not heard from", "look at its process, its log and the network to it"));
            }

            if (node.Disk.State is DiskState.Full or DiskState.Slow)
            {
                string code = node.Disk.State == DiskState.Full ? "disk-full" : "disk-slow";
                found.Add((code, $"the disk of node {node.Id} is {(node.Disk.State == DiskState.Full ? "nearly full" : "slow")}", "give it space, delete keys, or replace it"));
            }
        }

        int without = partitions.Count(partition => partition.State == PartitionState.NoLeader);
        if (without > 0)
        {
            found.Add(("no-leader", $"{without} partitions have no leader", "bring a majority of their nodes back"));
        }

        foreach (string gone in _problemsSince.Keys.Except(found.Select(problem => problem.Code)).ToArray())
        {
            _problemsSince.Remove(gone);
        }

        return [.. found.Select(problem => new ProblemView(problem.Code, DateTimeOffset.FromUnixTimeMilliseconds(Since(problem.Code)), problem.What, problem.Do))];
    }

    private long Since(string code)
    {
        if (!_problemsSince.TryGetValue(code, out long since))
        {
            since = (_nowMicros / 1000) + _options.UnixOffsetMs;
            _problemsSince.Add(code, since);
        }

        return since;
    }
}
