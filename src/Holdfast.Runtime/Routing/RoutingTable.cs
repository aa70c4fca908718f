using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime.Routing;

/// <summary>Which partition a key is in, which replicas are here, and who leads the others, as far as is known.</summary>
internal sealed class RoutingTable(Action<Replica> markDirty)
{
    /// <summary>While leadership changes hands, two nodes may name each other: then requests wait for a moment.</summary>
    private const int MaxRedirects = 2;

    private readonly List<PartitionReplica> _localReplicas = [];
    private PartitionReplica?[] _byPartition = [];
    private readonly HashSet<PartitionId> _redirected = [];
    private Direction[] _directions = [];

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
    /// <param name="replicas">The nodes of each partition.</param>
    /// <param name="partitionBy">What decides a key's slot.</param>
    /// <param name="maxValueBytes">The longest value of the cluster, in bytes.</param>
    public void SetMap(NodeId[][] replicas, PartitionBy partitionBy, int maxValueBytes)
    {
        int partitions = replicas.Length;
        MaxValueBytes = maxValueBytes;
        Ranges = new SlotRanges(partitions);
        PartitionBy = partitionBy;
        _byPartition = new PartitionReplica?[partitions];
        _directions = [.. replicas.Select(nodes => new Direction(nodes))];
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
        LocalReplica(partition) is { } replica ? replica.Raft.Leader?.Node : _directions[partition.Value].Leader;

    /// <summary>The node to ask for a partition: its leader, else, where only others have replicas, each of them in turn.</summary>
    public NodeId? NodeToAsk(PartitionId partition) =>
        LocalReplica(partition) is null ? _directions[partition.Value].NodeToAsk : LeaderOf(partition);

    /// <summary>Remembers who is said to lead a partition.</summary>
    public void Hint(PartitionId partition, NodeId leader)
    {
        if (partition.Value < (uint)_directions.Length)
        {
            _directions[partition.Value].Leader = leader;
        }
    }

    /// <summary>A node refused a request since it does not lead the partition, or could not be reached. True when another one is to be asked at once.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="from">Who refused.</param>
    /// <param name="named">Whom it takes for the leader, or expects to be.</param>
    public bool Refused(PartitionId partition, NodeId from, NodeId? named)
    {
        Direction direction = _directions[partition.Value];
        if (named is { } leader && leader != from)
        {
            direction.Redirects += direction.Leader == leader ? 0 : 1;
            direction.Leader = leader;
            _redirected.Add(partition);
            return direction.Redirects <= MaxRedirects && NodeToAsk(partition) is { } next && next != from;
        }

        direction.PassOver(from);
        return false;
    }

    /// <summary>A while has passed: what kept sending requests to and fro may have settled.</summary>
    public void AllowRedirects()
    {
        foreach (PartitionId partition in _redirected)
        {
            _directions[partition.Value].Redirects = 0;
        }

        _redirected.Clear();
    }

    /// <summary>A replica has something to do.</summary>
    public void MarkDirty(Replica replica) => markDirty(replica);

    /// <summary>Counts what waits, once a tick: the bound on it need not be exact.</summary>
    public void CountPending() => PendingCount = _localReplicas.Sum(replica => replica.Writes.Count + replica.Reads.Count);

    /// <summary>Where requests for a partition go.</summary>
    private sealed class Direction(NodeId[] replicas)
    {
        private int _turn;

        /// <summary>Who is said to lead.</summary>
        public NodeId? Leader { get; set; }

        /// <summary>How often others have named a leader lately.</summary>
        public int Redirects { get; set; }

        /// <summary>Who is said to lead, else a replica.</summary>
        public NodeId? NodeToAsk => Leader ?? replicas[_turn];

        /// <summary>That node does not lead, and does not know who does.</summary>
        public void PassOver(NodeId node)
        {
            if (NodeToAsk == node)
            {
                Leader = null;
                _turn = (Array.IndexOf(replicas, node) + 1) % replicas.Length;
            }
        }
    }
}
