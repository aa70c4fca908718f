using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>
/// A cluster of three nodes, seen from node 0, with four partitions that nodes 0, 1, 2 and 0 lead and all hold, unless a test
/// says otherwise.
/// </summary>
public sealed class FakeShards : IClusterViewSource, IRouteMap
{
    private const string ClusterId = "00112233445566778899aabbccddeeff";
    private const int Partitions = 4;

    public FakeShards() => Current = View([State(0), State(1), State(2)]);

    public ClusterView Current { get; set; }

    public NodeId Self => new(0);

    /// <summary>Who leads each partition at this moment.</summary>
    public uint?[] Leaders { get; } = [0, 1, 2, 0];

    /// <summary>The partitions that this node has a replica of.</summary>
    public HashSet<uint> Here { get; } = [0, 1, 2, 3];

    public int SlotOf(ReadOnlySpan<byte> key) => FakePartition.SlotOf(key);

    public PartitionId PartitionOf(int slot) => new((uint)(slot * Partitions / 16384));

    public NodeId? LeaderOf(PartitionId partition) => Leaders[partition.Value] is { } leader ? new NodeId(leader) : null;

    public bool HasReplica(PartitionId partition) => Here.Contains(partition.Value);

    /// <summary>A key whose partition is that one, other than those that begin alike.</summary>
    public string KeyIn(uint partition, string start = "k") =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{start}{i}").First(key => PartitionOf(SlotOf(System.Text.Encoding.ASCII.GetBytes(key))).Value == partition);

    public static NodeView State(uint id, NodeState state = NodeState.Up, int? port = null) => new()
    {
        Id = id,
        Address = $"node{id}.example:800{id}",
        State = state,
        Weight = 1,
        Leaders = 1,
        Replicas = Partitions,
        MemoryBytes = 0,
        Disk = new DiskView(DiskState.Ok, 1, 1),
        LastSeenMs = id == 0 ? 0 : 100,
        RespClusterPort = port ?? (int)(18000 + id),
    };

    public static ClusterView View(IReadOnlyList<NodeView> nodes, string? id = ClusterId) => new()
    {
        Id = id,
        Epoch = 1,
        Version = "0.1.0",
        Self = 0,
        Replicas = 3,
        PartitionBy = "key",
        System = new SystemView(0, 1, [0, 1, 2]),
        Problems = [],
        Nodes = nodes,
        Partitions =
        [
            .. Enumerable.Range(0, Partitions).Select(p => new PartitionView
            {
                Id = (uint)p,
                FirstSlot = p * 4096,
                LastSlot = (p * 4096) + 4095,
                Term = (ulong)(p + 3),
                Commit = 10,
                Keys = 0,
                Bytes = 0,
                State = PartitionState.Ok,
                Replicas = [.. nodes.Select(node => new ReplicaView(node.Id, ReplicaRole.Follower, 10, 10, 0, ReplicaState.Ok))],
            }),
        ],
    };
}
