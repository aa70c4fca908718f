using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>
/// Where the partitions of a new cluster go: a function of the nodes and numbers given, so that each node works it out alike.
/// </summary>
public static class InitialPlacement
{
    /// <summary>
    /// For each partition its replicas, the preferred leader first. Each node gets the same number of replicas and of preferred
    /// leaders, give or take one, and shares partitions with as many others as there can be, so that the work of a failed node
    /// falls on all. There are <see cref="EffectiveReplicas"/> replicas a partition.
    /// </summary>
    /// <param name="nodes">The nodes, ascending, each once, at least one.</param>
    /// <param name="partitions">The number of partitions, at least one.</param>
    /// <param name="replicas">The number of replicas wished for, at least one.</param>
    public static IReadOnlyList<IReadOnlyList<NodeId>> Of(IReadOnlyList<NodeId> nodes, int partitions, int replicas)
    {
        Invariant.Require(nodes.Count >= 1, "a cluster has at least one node");
        Invariant.Require(partitions >= 1, "a cluster has at least one partition");
        for (int i = 1; i < nodes.Count; i++)
        {
            Invariant.Require(nodes[i - 1] < nodes[i], "nodes are given in order, each once");
        }

        var board = new PlacementBoard(nodes.Count, partitions, EffectiveReplicas(nodes.Count, replicas));
        board.Fill();
        ReplicaLevelling.Level(board.Seats, nodes.Count);
        return Array.ConvertAll(board.Seats, seats => Array.ConvertAll(seats, seat => nodes[seat]));
    }

    /// <summary>The largest odd number not above either: an even number of voters survives no more failures than one fewer.</summary>
    public static int EffectiveReplicas(int nodes, int replicas)
    {
        int most = Math.Min(nodes, replicas);
        Invariant.Require(most >= 1, "there is at least one node and one replica");
        return most % 2 == 0 ? most - 1 : most;
    }
}
