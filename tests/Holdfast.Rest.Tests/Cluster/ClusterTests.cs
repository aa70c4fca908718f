using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Cluster;

public sealed class ClusterTests : HostedTest
{
    [Fact]
    public async Task The_cluster_has_the_shape_of_the_contract()
    {
        Host.Cluster.Current = Host.Cluster.Current with
        {
            Problems = [new ProblemView("disk-full", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)), "Full.", "Free space.")],
            Partitions = [Partition(0, PartitionState.Ok), Partition(1, PartitionState.UnderReplicated)],
        };
        Answer answer = await Host.SendAsync("GET", "/v1/cluster");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            """{"id":"a1b2","epoch":1,"version":"0.1.0","partitions":2,"replicas":3,"partition_by":"key","health":"degraded","problems":[{"code":"disk-full","since":"2026-03-04T03:06:07Z","what":"Full.","do":"Free space."}],"system":{"leader":1,"term":4,"voters":[0,1,2]}}""",
            answer.Text);
    }

    [Fact]
    public async Task A_cluster_that_is_not_formed_has_nulls_and_is_unavailable()
    {
        Host.Cluster.Current = Host.Cluster.Current with { Id = null, System = new SystemView(null, 0, []) };

        Assert.Equal(
            """{"id":null,"epoch":1,"version":"0.1.0","partitions":0,"replicas":3,"partition_by":"key","health":"unavailable","problems":[],"system":{"leader":null,"term":0,"voters":[]}}""",
            (await Host.SendAsync("GET", "/v1/cluster")).Text);
    }

    [Fact]
    public async Task The_nodes_have_the_shape_of_the_contract()
    {
        Host.Cluster.Current = Host.Cluster.Current with
        {
            Nodes =
            [
                Node(0) with { Version = "0.1.0", LastSeenMs = 12 },
                Node(1) with { Zone = "b", Weight = 1.5, State = NodeState.Down, Disk = new DiskView(DiskState.Failed, 0, 0) },
            ],
        };

        Assert.Equal(
            """{"nodes":[{"id":0,"address":"localhost:8000","state":"up","zone":null,"weight":1,"version":"0.1.0","leaders":5,"replicas":16,"memory_bytes":4096,"disk":{"state":"ok","free_bytes":1000,"fsync_p99_us":250},"last_seen_ms":12},{"id":1,"address":"localhost:8000","state":"down","zone":"b","weight":1.5,"version":null,"leaders":5,"replicas":16,"memory_bytes":4096,"disk":{"state":"failed","free_bytes":0,"fsync_p99_us":0},"last_seen_ms":null}]}""",
            (await Host.SendAsync("GET", "/v1/cluster/nodes")).Text);
    }

    [Fact]
    public async Task The_partitions_have_the_shape_of_the_contract()
    {
        Host.Cluster.Current = Host.Cluster.Current with { Partitions = [Partition(0, PartitionState.NoLeader)] };

        Assert.Equal(
            """{"partitions":[{"id":0,"slots":[0,1023],"leader":null,"term":3,"commit":90,"keys":10,"bytes":999,"state":"no-leader","replicas":[{"node":1,"role":"leader","match":90,"applied":89,"lag":1,"state":"catching-up"}]}]}""",
            (await Host.SendAsync("GET", "/v1/cluster/partitions")).Text);
    }

    [Fact]
    public async Task A_node_is_live_while_it_answers_and_ready_once_it_waits_for_nothing()
    {
        Host.Cluster.Current = Host.Cluster.Current with { WaitingFor = "the system group" };
        Answer waiting = await Host.SendAsync("GET", "/health/ready");
        Assert.Equal(503, waiting.Status);
        Assert.Equal("1", waiting.Header("Retry-After"));
        Assert.Equal(
            """{"type":"urn:holdfast:starting","title":"Starting","status":503,"detail":"The node waits for the system group.","code":"starting","waiting_for":"the system group"}""",
            waiting.Text);
        Assert.Equal((200, """{"status":"live"}"""), await StatusAsync("/health/live"));

        Host.Cluster.Current = Host.Cluster.Current with { WaitingFor = null };
        Assert.Equal((200, """{"status":"ready"}"""), await StatusAsync("/health/ready"));
        Assert.Equal(200, (await Host.SendAsync("HEAD", "/health/ready")).Status);
    }

    private async Task<(int Status, string Text)> StatusAsync(string target)
    {
        Answer answer = await Host.SendAsync("GET", target);
        return (answer.Status, answer.Text);
    }

    private static NodeView Node(uint id) => new()
    {
        Id = id,
        Address = "localhost:8000",
        State = NodeState.Up,
        Weight = 1,
        Leaders = 5,
        Replicas = 16,
        MemoryBytes = 4096,
        Disk = new DiskView(DiskState.Ok, 1000, 250),
    };

    private static PartitionView Partition(uint id, PartitionState state) => new()
    {
        Id = id,
        FirstSlot = 0,
        LastSlot = 1023,
        Leader = state == PartitionState.NoLeader ? null : 1,
        Term = 3,
        Commit = 90,
        Keys = 10,
        Bytes = 999,
        State = state,
        Replicas = [new ReplicaView(1, ReplicaRole.Leader, 90, 89, 1, ReplicaState.CatchingUp)],
    };
}
