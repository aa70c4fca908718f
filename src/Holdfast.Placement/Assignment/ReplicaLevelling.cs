using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>Evens out how many replicas each node has, where leaders are level within one already, and keeps them so.</summary>
internal static class ReplicaLevelling
{
    /// <summary>Moves replicas from the most to the least loaded node until they differ by one at most.</summary>
    /// <param name="seats">For each partition its nodes, numbered from 0, the preferred leader first.</param>
    /// <param name="nodes">The number of nodes.</param>
    public static void Level(int[][] seats, int nodes)
    {
        var load = new int[nodes];
        foreach (int node in seats.SelectMany(partition => partition))
        {
            load[node]++;
        }

        while (true)
        {
            int most = Array.IndexOf(load, load.Max());
            int least = Array.IndexOf(load, load.Min());
            if (load[most] - load[least] <= 1)
            {
                return;
            }

            int[]? giver = Array.Find(seats, partition => Array.IndexOf(partition, most) > 0 && !partition.Contains(least));
            if (giver is null)
            {
                MoveLeader(seats, most, least);
            }
            else
            {
                giver[Array.IndexOf(giver, most)] = least;
            }

            load[most]--;
            load[least]++;
        }
    }

    // Where the most loaded node has a seat and the least loaded has none, the former leads: at least two partitions more than the
    // other way round. Leaders being level, the least loaded leads a partition in which the most loaded follows: they swap there.
    private static void MoveLeader(int[][] seats, int most, int least)
    {
        int[]? giver = Array.Find(seats, partition => partition[0] == most && !partition.Contains(least));
        int[]? swapped = Array.Find(seats, partition => partition[0] == least && partition.Contains(most));
        Invariant.Require(giver is not null && swapped is not null, "a replica can move from the most to the least loaded node");
        swapped[Array.IndexOf(swapped, most)] = least;
        swapped[0] = most;
        giver[0] = least;
    }
}
