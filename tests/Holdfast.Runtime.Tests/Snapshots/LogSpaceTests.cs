using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Snapshots;

public class LogSpaceTests
{
    private const long SegmentBytes = 64 * 1024;

    [Fact]
    public void One_busy_partition_beside_many_idle_ones_keeps_the_log_bounded()
    {
        using TestCluster cluster = TestCluster.Formed(
            1, 64, options => options with { SnapshotLogBytes = SegmentBytes, MaxHistoryBytes = SegmentBytes }, segmentBytes: SegmentBytes);
        var sink = new RecordingSink();
        using IRequestSession session = cluster[0].Engine.Open(sink);
        string value = new('x', 4000);
        long most = 0;
        for (ulong id = 1; id <= 1500; id++)
        {
            session.Submit(Fakes.Requests.Put(id, "busy", value, timeoutMs: 60_000));
            cluster.Steps(6);
            most = id % 50 == 0 ? Math.Max(most, cluster.DiskBytes(0)) : most;
        }

        cluster.Until(() => sink.Replies.Count == 1500);

        Assert.All(sink.Replies, reply => Assert.True(reply.IsDone));
        Assert.InRange(most, 1, 40 * SegmentBytes);
        Assert.True(1500 * value.Length > 80 * SegmentBytes);
    }
}
