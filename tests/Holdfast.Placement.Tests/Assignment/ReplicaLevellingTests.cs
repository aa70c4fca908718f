namespace Holdfast.Placement.Tests.Assignment;

public class ReplicaLevellingTests
{
    [Fact]
    public void A_follower_moves_from_the_most_to_the_least_loaded_node()
    {
        int[][] seats = [[0, 2, 3], [1, 0, 2], [2, 0, 3]];
        ReplicaLevelling.Level(seats, 4);
        Assert.Equal([[0, 2, 3], [1, 0, 2], [2, 1, 3]], seats);
    }

    [Fact]
    public void Where_the_most_loaded_node_only_leads_it_takes_over_another_lead_in_turn()
    {
        int[][] seats = [[0, 2, 3], [0, 3, 2], [1, 0, 2]];
        ReplicaLevelling.Level(seats, 4);
        Assert.Equal([[1, 2, 3], [0, 3, 2], [0, 1, 2]], seats);
    }
}
