using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>
/// Where the partitions of a new cluster go: a function of the nodes and numbers given, so that each node works it out alike.
/// </summary>
public static class InitialPlacement
{
    /// <summary>
    /// For each partition its replicas, the preferred leader first. Each node gets the same number of replicas and of preferred
    /// leaders, give or take one. There are <see cref="EffectiveReplicas"/> replicas a partition.
    /// </summary>
    /// <param name="nodes">The nodes, ascending, each once, at least one.</param>
    /// <param name="partitions">The number of partitions, at least one.</param>
    /// <param name="replicas">The number of replicas wished for, at least one.</param>
    public static IReadOnlyList<IReadOnlyList<NodeId>> Of(IReadOnlyList<NodeId> nodes, int partitions, int replicas) =>
        throw new NotSupportedException();

    /// <summary>The largest odd number not above either: an even number of voters survives no more failures than one fewer.</summary>
    public static int EffectiveReplicas(int nodes, int replicas) => throw new NotSupportedException();
}
