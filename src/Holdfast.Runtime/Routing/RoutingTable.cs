using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime.Routing;

/// <summary>Which partition a key is in, which replicas are here, and who leads the others, as far as is known.</summary>
internal sealed class RoutingTable(Action<Replica> markDirty)
{
    private readonly List<PartitionReplica> _localReplicas = [];
    private PartitionReplica?[] _byPartition = [];
    private NodeId?[] _hints = [];

    /// <summary>The slots of each partition; null until the map is known.</summary>
    public SlotRanges? Ranges { get; private set; }

    /// <summary>What decides a key's slot.</summary>
    public PartitionBy PartitionBy { get; private set; }

    /// <summary>The longest value of the cluster, in bytes.</summary>
    public int MaxValueBytes { get; private set; }

    /// <summary>The replicas of partitions on this node.</summary>
    public IReadOnlyList<PartitionReplica> LocalReplicas => _localReplicas;

    /// <summary>How many requests wait in the replicas here.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Takes the map over.</summary>
    public void SetMap(int partitions, PartitionBy partitionBy, int maxValueBytes)
    {
        MaxValueBytes = maxValueBytes;
        Ranges = new SlotRanges(partitions);
        PartitionBy = partitionBy;
        _byPartition = new PartitionReplica?[partitions];
        _hints = new NodeId?[partitions];
    }

    /// <summary>Adds a replica of this node.</summary>
    public void Add(PartitionReplica replica)
    {
        _localReplicas.Add(replica);
        _byPartition[replica.Group.Partition.Value] = replica;
    }

    /// <summary>This node's replica of a partition, or null.</summary>
    public PartitionReplica? LocalReplica(PartitionId partition) =>
        partition.Value < (uint)_byPartition.Length ? _byPartition[partition.Value] : null;

    /// <summary>The node that leads a partition, by its replica here, else as last heard.</summary>
    public NodeId? LeaderOf(PartitionId partition) =>
        LocalReplica(partition) is { } replica ? replica.Raft.Leader?.Node : _hints[partition.Value];

    /// <summary>Remembers who is said to lead a partition.</summary>
    public void Hint(PartitionId partition, NodeId? leader)
    {
        if (partition.Value < (uint)_hints.Length)
        {
            _hints[partition.Value] = leader;
        }
    }

    /// <summary>A replica has something to do.</summary>
    public void MarkDirty(Replica replica) => markDirty(replica);

    /// <summary>Counts what waits, once a tick: the bound on it need not be exact.</summary>
    public void CountPending() => PendingCount = _localReplicas.Sum(replica => replica.Writes.Count + replica.Reads.Count);
}
