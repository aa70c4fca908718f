using Holdfast.Client.Tests.Support;

namespace Holdfast.Client.Tests.Cluster;

public sealed class ClusterApiTests
{
    [Fact]
    public async Task The_documents_of_the_http_api_are_read_whole()
    {
        await using FakeNode node = FakeNode.Start((_, _) => { });
        node.Documents["/v1/cluster"] = """
            {"id":"ab12","epoch":2,"version":"0.1.0","partitions":16,"replicas":3,"partition_by":"first-level","health":"degraded",
            "problems":[{"code":"node-down","since":"2030-01-02T03:04:05Z","what":"node 2 is down","do":"start it"}],
            "system":{"leader":1,"term":4,"voters":[0,1,2]}}
            """;
        node.Documents["/v1/cluster/nodes"] = """
            {"nodes":[{"id":0,"address":"localhost:8000","state":"up","zone":null,"weight":1,"version":"0.1.0","leaders":5,"replicas":16,
            "memory_bytes":123,"disk":{"state":"slow","free_bytes":456,"fsync_p99_us":789},"last_seen_ms":12}]}
            """;
        node.Documents["/v1/cluster/partitions"] = """
            {"partitions":[{"id":3,"slots":[0,1023],"leader":null,"term":3,"commit":90,"keys":10,"bytes":999,"state":"no-leader",
            "replicas":[{"node":1,"role":"follower","match":90,"applied":88,"lag":2,"state":"catching-up"}]}]}
            """;
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [FakeNode.Nobody(), node.Endpoint] });

        ClusterInfo cluster = await client.GetClusterAsync();
        NodeInfo info = Assert.Single(await client.GetNodesAsync());
        PartitionInfo partition = Assert.Single(await client.GetPartitionsAsync());

        Assert.Equal(("ab12", 16, "first-level", "degraded"), (cluster.Id, cluster.Partitions, cluster.PartitionBy, cluster.Health));
        Assert.Equal("node 2 is down", Assert.Single(cluster.Problems).What);
        Assert.Equal([0u, 1u, 2u], cluster.System!.Voters);
        Assert.Equal((123L, new DiskInfo("slow", 456, 789), 12L), (info.MemoryBytes, info.Disk, info.LastSeenMs));
        Assert.Equal([0, 1023], partition.Slots);
        Assert.Null(partition.Leader);
        Assert.Equal(new ReplicaInfo(1, "follower", 90, 88, 2, "catching-up"), Assert.Single(partition.Replicas));
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_nodes_own_words()
    {
        await using FakeNode node = FakeNode.Start((_, _) => { });
        await using var client = new HoldfastClient(new HoldfastClientOptions { Endpoints = [node.Endpoint] });

        HoldfastException failure = await Assert.ThrowsAsync<HoldfastException>(() => client.GetClusterAsync());

        Assert.Contains("the node is starting", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Unreachable);
    }
}
