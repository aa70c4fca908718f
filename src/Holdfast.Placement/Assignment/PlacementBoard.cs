namespace Holdfast.Placement;

/// <summary>The seats of all partitions while they are being given to nodes, which are numbered from 0 here.</summary>
internal sealed class PlacementBoard
{
    private readonly int _nodes;
    private readonly int _replicas;
    private readonly int[] _load;
    private readonly int[,] _together;

    public PlacementBoard(int nodes, int partitions, int replicas)
    {
        _nodes = nodes;
        _replicas = replicas;
        _load = new int[nodes];
        _together = new int[nodes, nodes];
        Seats = new int[partitions][];
    }

    /// <summary>For each partition its nodes, the preferred leader first.</summary>
    public int[][] Seats { get; }

    /// <summary>Gives out all seats. Leaders go round; followers are the least loaded, and among those the least acquainted.</summary>
    public void Fill()
    {
        for (int partition = 0; partition < Seats.Length; partition++)
        {
            if (partition % _nodes == 0)
            {
                CountLeadersOfRound(partition);
            }

            var seats = new int[_replicas];
            seats[0] = partition % _nodes;
            for (int seat = 1; seat < _replicas; seat++)
            {
                seats[seat] = BestFollower(seats.AsSpan(0, seat));
                _load[seats[seat]]++;
            }

            Acquaint(seats);
            Seats[partition] = seats;
        }
    }

    // Counted before followers are chosen, so that a node about to lead is not taken for an idle one.
    private void CountLeadersOfRound(int firstPartition)
    {
        int leaders = Math.Min(_nodes, Seats.Length - firstPartition);
        for (int node = 0; node < leaders; node++)
        {
            _load[node]++;
        }
    }

    private int BestFollower(ReadOnlySpan<int> seated)
    {
        int best = -1;
        (int Load, int Acquaintance) bestScore = (int.MaxValue, int.MaxValue);
        for (int step = 1; step < _nodes; step++)
        {
            int node = (seated[0] + step) % _nodes;
            if (seated.Contains(node))
            {
                continue;
            }

            int acquaintance = 0;
            foreach (int other in seated)
            {
                acquaintance += _together[node, other];
            }

            (int, int) score = (_load[node], acquaintance);
            if (score.CompareTo(bestScore) < 0)
            {
                (best, bestScore) = (node, score);
            }
        }

        return best;
    }

    private void Acquaint(int[] seats)
    {
        foreach (int left in seats)
        {
            foreach (int right in seats)
            {
                _together[left, right]++;
            }
        }
    }
}
