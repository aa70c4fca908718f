using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Logging;

/// <summary>How much of the log nodes keep in memory, and for whom.</summary>
public sealed class LogMemoryTests : IDisposable
{
    private const int MinLogBytes = 64 * 1024;
    private const int ValueBytes = 4000;

    private readonly TestCluster _cluster = TestCluster.Formed(
        nodes: 3,
        partitions: 1,
        options => options with { Raft = options.Raft with { MinLogBytes = MinLogBytes, MaxTrailingBytes = 16 * 1024 } });

    private readonly RecordingSink _sink = new();
    private ulong _lastId;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void While_all_nodes_follow_none_keeps_more_than_it_must()
    {
        Write(500);

        Assert.All(
            _cluster.Nodes.Select(node => ReplicaOf(node).Raft.LogBytes),
            bytes => Assert.InRange(bytes, 1, MinLogBytes + (16 * ValueBytes)));
    }

    [Fact]
    public void A_node_that_was_away_gets_the_entries_that_it_missed_from_whoever_leads_then()
    {
        uint leader = _cluster.LeaderOf(0)!.Value;
        uint away = (leader + 1) % 3;
        uint next = (leader + 2) % 3;
        _cluster.Crash(away);
        Write(500);
        Assert.All(_cluster.Nodes.Select(node => ReplicaOf(node).Raft.LogBytes), bytes => Assert.True(bytes >= 500 * ValueBytes));

        Replica old = ReplicaOf(_cluster[leader]);
        Assert.True(_cluster[leader].Engine.TryTransfer(old, new ReplicaId(new NodeId(next), 0)));
        _cluster.Until(() => ReplicaOf(_cluster[next]).IsLeader);
        bool sentSnapshot = false;
        _cluster.Network.Loses = (_, lane, _) =>
        {
            sentSnapshot |= lane == TransportLane.Bulk;
            return false;
        };
        _cluster.Restart(away);
        _cluster.Until(() => _cluster[away].Engine.PartitionCount == 1 && ReplicaOf(_cluster[away]).IsCurrent);
        Assert.False(sentSnapshot);

        Write(50);
        Assert.All(_cluster.Nodes.Select(node => ReplicaOf(node).Raft.LogBytes), bytes => Assert.True(bytes < 500 * ValueBytes));
    }

    private static Replica ReplicaOf(TestNode node) => node.Engine.Replicas.Single(replica => !replica.Group.IsSystem);

    private void Write(int count)
    {
        _cluster.Until(() => _cluster.LeaderOf(0) is not null);
        uint node = _cluster.LeaderOf(0)!.Value;
        for (int i = 0; i < count; i++)
        {
            _cluster[node].Engine.Open(_sink).Submit(Fakes.Requests.Put(++_lastId, $"key{i % 20}", new string('x', ValueBytes), timeoutMs: 30_000));
            _cluster.Step();
        }

        _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
        Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone));
    }
}
