using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public class AdmissionTests
{
    [Fact]
    public void A_full_disk_refuses_writes_before_they_are_proposed_and_takes_reads()
    {
        using TestCluster cluster = TestCluster.Formed(nodes: 1, partitions: 1);
        var sink = new RecordingSink();
        using IRequestSession session = cluster[0].Engine.Open(sink);
        cluster[0].Engine.ReportDisk(new DiskHealth(0, 0, 0, false));
        session.Submit(Fakes.Requests.Put(1, "key", "value"));
        session.Submit(Fakes.Requests.Get(2, "key"));
        cluster.Until(() => sink.Replies.Count == 2);

        Assert.Equal((FaultCode.DiskFull, Outcome.NotApplied), (sink.Find(1)!.Fault, sink.Find(1)!.Outcome));
        Assert.True(sink.Find(2)!.IsDone);

        cluster[0].Engine.ReportDisk(new DiskHealth(long.MaxValue, 0, 0, false));
        session.Submit(Fakes.Requests.Put(3, "key", "value"));
        cluster.Until(() => sink.Replies.Count == 3);
        Assert.True(sink.Find(3)!.IsDone);
    }

    [Fact]
    public void Requests_that_wait_for_a_leader_are_bounded_too()
    {
        using TestCluster cluster = TestCluster.Formed(nodes: 3, partitions: 1, options => options with { MaxPendingRequests = 10 });
        cluster.Crash(0);
        cluster.Crash(1);
        cluster.Until(() => cluster[2].LeaderOf(0) is null);
        var sink = new RecordingSink();
        using IRequestSession session = cluster[2].Engine.Open(sink);
        for (ulong id = 1; id <= 15; id++)
        {
            session.Submit(Fakes.Requests.Put(id, "key", "value"));
        }

        cluster.Step();

        Assert.Equal([11UL, 12UL, 13UL, 14UL, 15UL], sink.Replies.Select(reply => reply.Id));
        Assert.All(sink.Replies, reply => Assert.Equal((FaultCode.Overloaded, Outcome.NotApplied), (reply.Fault, reply.Outcome)));
    }

    [Fact]
    public void A_node_that_does_not_know_its_cluster_says_that_it_starts()
    {
        using var cluster = new TestCluster();
        TestNode node = cluster.Start(0, cluster.Options(0, 3, 1));
        var sink = new RecordingSink();
        using IRequestSession session = node.Engine.Open(sink);
        session.Submit(Fakes.Requests.Put(1, "key", "value"));
        cluster.Step();

        Assert.Equal((FaultCode.Starting, Outcome.NotApplied), (sink.Replies[0].Fault, sink.Replies[0].Outcome));
    }

    [Fact]
    public void A_log_that_holds_too_much_for_want_of_room_refuses_deletes_too()
    {
        var admission = new Admission(new EngineOptions { Self = new NodeId(0), Address = "localhost:8000" }) { IsDiskFull = true };
        Assert.Null(admission.Refuse(Operation.Delete));
        admission.IsLogHeld = true;
        Assert.Equal((FaultCode.DiskFull, Outcome.NotApplied), (admission.Refuse(Operation.Delete)!.Value.Code, admission.Refuse(Operation.Delete)!.Value.Outcome));
    }
}
