using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Recovery;

/// <summary>The first configuration of each group, as the manifest tells it.</summary>
internal static class GroupConfigurations
{
    /// <summary>Who takes part in a group at its birth: all members in group 0, the placement's replicas in a partition.</summary>
    public static Configuration Initial(Manifest manifest, GroupId group)
    {
        if (group.IsSystem)
        {
            Formation formation = manifest.Formation ?? throw Invariant.Unreachable("group 0 exists only in a formed cluster");
            return new Configuration(formation.Members.Select(member => new ReplicaId(new NodeId(member.Id), 0)));
        }

        ClusterMap map = manifest.Map ?? throw Invariant.Unreachable("a partition exists only once the map is on record");
        return new Configuration(map.Partitions[(int)group.Partition.Value].Replicas.Select(replica => new ReplicaId(replica)));
    }
}
