using System.Buffers.Binary;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Forming;

/// <summary>The map of a cluster as it is formed.</summary>
internal static class ClusterMaps
{
    /// <summary>The map of a new cluster: a function of its formation, so that any leader of group 0 proposes the same.</summary>
    public static ClusterMap Initial(Formation formation)
    {
        NodeId[] nodes = [.. formation.Members.Select(member => new NodeId(member.Id))];
        IReadOnlyList<IReadOnlyList<NodeId>> placement = InitialPlacement.Of(
            nodes, (int)formation.Settings.Partitions, (int)formation.Settings.Replicas);
        var map = new ClusterMap { HashSeed = new SeededRandom(TagOf(formation)).NextUInt64() };
        foreach (IReadOnlyList<NodeId> replicas in placement)
        {
            map.Partitions.Add(new PartitionPlacement { Replicas = { replicas.Select(node => new ReplicaId(node, 0).Value) } });
        }

        return map;
    }

    /// <summary>The short form of the cluster's id that every frame carries.</summary>
    public static ulong TagOf(Formation formation) => BinaryPrimitives.ReadUInt64LittleEndian(formation.ClusterId.Span);
}
