using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.EngineLife;

public class AllocationTests
{
    [Fact]
    public void An_idle_cluster_writes_nothing_and_sends_one_small_frame_a_beat()
    {
        using TestCluster cluster = TestCluster.Formed(3, 16);
        cluster.Steps(10_000);
        cluster.Network.Sent.Clear();
        cluster.Steps(1000);

        // A second of the cluster: at most 20 beats and as many answers between each of the six ordered pairs, for each of few phases.
        int liveness = cluster.Network.Sent.Count(frame => frame.Length < 64);
        Assert.InRange(liveness, 100, 6 * 2 * 20 * 5);
        Assert.DoesNotContain(cluster.Network.Sent, frame => frame.Lane is not Primitives.TransportLane.Liveness);
    }
}
