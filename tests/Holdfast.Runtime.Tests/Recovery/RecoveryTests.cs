using System.Globalization;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Recovery;

public sealed class RecoveryTests : IDisposable
{
    private readonly TestCluster _cluster = TestCluster.Formed(
        nodes: 3,
        partitions: 2,
        options => options with { SnapshotLogBytes = 32 * 1024, Raft = new RaftOptions { MaxLogBytes = 16 * 1024 } },
        segmentBytes: 64 * 1024);

    private readonly RecordingSink _sink = new();
    private ulong _lastId;

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(10, 10)]
    [InlineData(200, 2000)]
    public void What_was_acknowledged_is_there_after_all_nodes_lost_their_power(int writes, int valueBytes)
    {
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < writes; i++)
            {
                Put(node: (uint)(i % 3), $"key{i}", $"{round}/{i}".PadRight(valueBytes));
            }

            _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
            Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone));
            foreach (uint id in (uint[])[0, 1, 2])
            {
                _cluster.Crash(id);
            }

            foreach (uint id in (uint[])[0, 1, 2])
            {
                _cluster.Restart(id);
            }

            _cluster.Until(() => _cluster.HasLeaders(2));
            for (int i = 0; i < writes; i++)
            {
                Assert.Equal($"{round}/{i}", Get(node: (uint)(i % 3), $"key{i}").TrimEnd());
            }
        }
    }

    [Fact]
    public void A_node_that_was_away_while_the_log_moved_on_catches_up_by_a_snapshot_and_keeps_it_through_a_restart()
    {
        _cluster.Crash(2);
        for (int i = 0; i < 200; i++)
        {
            Put(node: (uint)(i % 2), $"key{i % 20}", i.ToString(CultureInfo.InvariantCulture).PadRight(2000));
            _cluster.Step();
        }

        _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
        _cluster.Restart(2);
        _cluster.Until(() => StaleOf(node: 2, "key19").TrimEnd() == "199");
        _cluster.Crash(2);
        _cluster.Restart(2);
        _cluster.Until(() => _cluster[2].Engine.PartitionCount == 2);

        Assert.Equal("199", StaleOf(node: 2, "key19").TrimEnd());
    }

    [Fact]
    public void A_node_that_was_away_is_not_ready_before_it_has_what_was_committed_meanwhile()
    {
        _cluster.Crash(2);
        for (int i = 0; i < 200; i++)
        {
            Put(node: (uint)(i % 2), $"key{i % 20}", i.ToString(CultureInfo.InvariantCulture).PadRight(2000));
            _cluster.Step();
        }

        _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
        LogIndex[] committed = [.. Partitions(0).Select(replica => replica.Raft.Commit)];

        // A new leader asks where the logs meet. That the node hears, and has to refuse; what it lacks gets lost.
        foreach (Replica old in Partitions(0).Concat(Partitions(1)).Where(replica => replica.IsLeader).ToArray())
        {
            ReplicaId other = old.Raft.Configuration.Voters.Single(voter => voter != old.Raft.Id && voter.Node.Value != 2);
            Assert.True(_cluster[old.Raft.Id.Node.Value].Engine.TryTransfer(old, other));
            _cluster.Until(() => _cluster[other.Node.Value].Engine.FindReplica(old.Group)!.IsLeader);
        }

        _cluster.Network.Loses = (_, lane, frame) => lane == TransportLane.Bulk || (lane == TransportLane.Entries && frame.Length > 1000);
        _cluster.Restart(2);
        _cluster.Until(() => _cluster[2].Engine.PartitionCount == 2);
        _cluster.Steps(1000);
        Assert.All(Partitions(2), replica => Assert.False(replica.IsCurrent));

        _cluster.Network.Loses = (_, _, _) => false;
        _cluster.Until(() => Partitions(2).All(replica => replica.IsCurrent));
        Assert.All(Partitions(2).Zip(committed), pair => Assert.True(pair.First.StateIndex >= pair.Second));
    }

    private Replica[] Partitions(uint node) => [.. _cluster[node].Engine.Replicas.Where(replica => !replica.Group.IsSystem)];

    private void Put(uint node, string key, string value) =>
        _cluster[node].Engine.Open(_sink).Submit(Fakes.Requests.Put(++_lastId, key, value, timeoutMs: 30_000));

    private string Get(uint node, string key) => Ask(node, Fakes.Requests.Get(++_lastId, key));

    private string StaleOf(uint node, string key) => Ask(node, Fakes.Requests.Get(++_lastId, key, flags: RequestFlags.Stale));

    private string Ask(uint node, byte[] request)
    {
        ulong id = _lastId;
        _cluster[node].Engine.Open(_sink).Submit(request);
        _cluster.Until(() => _sink.Find(id) is not null);
        return _sink.Find(id)!.Payload;
    }
}
