using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Snapshots;

/// <summary>Ongaro chapter 5: chunks that go on where they stopped, and a log that restarts after them.</summary>
public sealed class SnapshotTests
{
    private static readonly RaftOptions SmallChunks = new() { SnapshotChunkBytes = 10 };
    private static readonly SnapshotMeta Meta = new(At(3, 9), new Configuration([Id(1), Id(2)]));

    [Fact]
    public void A_follower_that_needs_what_was_forgotten_gets_a_snapshot_and_then_entries()
    {
        SimulatedCluster cluster = Lagging();
        cluster.Heal();
        RaftNode leader = cluster[1].Node;
        cluster.TickUntil(() => cluster[3].Node.Commit == leader.Commit);
        Assert.Equal((1, cluster[1].State), (cluster[3].SnapshotsInstalled, cluster[3].State));
        Assert.Equal(3, cluster.Sent.Count(message => message.Kind == MessageKind.SnapshotChunk));
        Assert.Equal(ProgressState.Replicate, leader.Progress[2].State);
        leader.Propose("after"u8, out EntryId id);
        cluster.TickUntil(() => cluster[3].Node.Applied == id.Index);
    }

    [Fact]
    public void A_lost_chunk_is_sent_again_and_the_others_are_not()
    {
        SimulatedCluster cluster = Lagging();
        int lost = 0;
        cluster.Loses = message => message is { Kind: MessageKind.SnapshotChunk, Offset: 10 } && lost++ == 0;
        cluster.TickUntil(() => cluster[3].SnapshotsInstalled == 1);
        Assert.Equal(
            [0UL, 10UL, 10UL, 20UL],
            cluster.Sent.Where(message => message.Kind == MessageKind.SnapshotChunk).Select(message => message.Offset));
    }

    [Fact]
    public void A_follower_that_restarts_in_between_begins_again()
    {
        SimulatedCluster cluster = Lagging();
        cluster.Loses = message => message is { Kind: MessageKind.SnapshotChunk, Offset: 20 };
        cluster.Tick(40);
        cluster[3].Crash();
        cluster[3].Restart();
        cluster.Heal();
        cluster.TickUntil(() => cluster[3].SnapshotsInstalled == 1);
        Assert.Equal(cluster[1].State, cluster[3].State);
    }

    [Fact]
    public void Chunks_of_another_leader_do_not_mix_with_those_before()
    {
        var node = new LoneNode(voters: 2);
        node.Node.Step(Chunk(term: 3, offset: 0, last: false));
        Assert.Equal("write snapshot 3/9 at 0 4B", Assert.Single(node.Node.TakeReady().SnapshotWrites.ToArray()).ToString());
        node.Node.SnapshotWritten(Meta, 4);
        node.Node.Step(Chunk(term: 4, offset: 4, last: true));
        node.Run();
        Assert.Equal("1->2 SnapshotChunkResponse term=4 snapshot=3/9 offset=0", node.Sent[^1].ToString());
    }

    [Fact]
    public void A_chunk_is_acknowledged_when_it_is_stored()
    {
        var node = new LoneNode(voters: 2, term: 3);
        node.Step(Chunk(term: 3, offset: 0, last: false));
        node.Step(Chunk(term: 3, offset: 0, last: false));
        Assert.Empty(node.Sent);
        node.Node.SnapshotWritten(Meta, 4);
        node.Run();
        Assert.Equal("1->2 SnapshotChunkResponse term=3 snapshot=3/9 offset=4", Assert.Single(node.Sent).ToString());
        node.Step(Chunk(term: 3, offset: 9, last: false));
        Assert.Equal("1->2 SnapshotChunkResponse term=3 snapshot=3/9 offset=4", node.Sent[^1].ToString());
    }

    [Fact]
    public void A_chunk_that_could_not_be_stored_is_followed_by_the_first_one()
    {
        var node = new LoneNode(voters: 2, term: 3);
        node.Step(Chunk(term: 3, offset: 0, last: false));
        node.Node.SnapshotWritten(Meta, 4);
        node.Step(Chunk(term: 3, offset: 4, last: false));
        node.Node.SnapshotLost(Meta);
        node.Step(Chunk(term: 3, offset: 4, last: false));
        Assert.Equal("1->2 SnapshotChunkResponse term=3 snapshot=3/9 offset=0", node.Sent[^1].ToString());
        node.Node.Step(Chunk(term: 3, offset: 0, last: false));
        Assert.Equal("write snapshot 3/9 at 0 4B", Assert.Single(node.Node.TakeReady().SnapshotWrites.ToArray()).ToString());
    }

    [Fact]
    public void That_an_earlier_snapshot_was_lost_does_not_concern_the_one_that_comes_in()
    {
        var node = new LoneNode(voters: 2, term: 3);
        node.Step(Chunk(term: 3, offset: 0, last: false));
        node.Node.SnapshotLost(Meta with { Id = At(3, 8) });
        node.Node.SnapshotWritten(Meta, 4);
        node.Run();
        Assert.Equal("1->2 SnapshotChunkResponse term=3 snapshot=3/9 offset=4", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void A_stored_snapshot_takes_the_place_of_the_log_and_is_confirmed_when_that_is_durable()
    {
        var node = new LoneNode(voters: 3, term: 3, log: [1, 1]);
        node.Step(Chunk(term: 3, offset: 0, last: true));
        node.Node.SnapshotStored(Meta);
        Assert.Equal((new LogIndex(9), new LogIndex(10)), (node.Node.LastIndex, node.Node.FirstIndex));
        Assert.Equal((Meta.Configuration, new LogIndex(9)), (node.Node.Configuration, node.Node.ConfigurationIndex));
        Ready ready = node.Node.TakeReady();
        Assert.Equal(Meta, ready.InstallSnapshot);
        Assert.True(ready.Messages.IsEmpty);
        node.Node.Persisted(ready.Token!.Value);
        node.Run();
        Assert.Equal("1->2 AppendResponse term=3 match=9 commit=9", Assert.Single(node.Sent).ToString());
    }

    /// <summary>Ongaro figure 5.3, rule 6.</summary>
    [Fact]
    public void A_snapshot_of_what_the_log_holds_leaves_the_log_alone()
    {
        var node = new LoneNode(voters: 3, term: 3, log: [1, 1, 1, 3, 3, 3, 3, 3, 3, 3]);
        node.Step(Chunk(term: 3, offset: 0, last: true));
        Assert.Equal((new LogIndex(10), new LogIndex(9)), (node.Node.LastIndex, node.Node.Commit));
        Assert.Equal("1->2 AppendResponse term=3 match=9 commit=9", Assert.Single(node.Sent).ToString());
    }

    [Fact]
    public void A_snapshot_that_is_not_there_is_asked_for_again_later()
    {
        SimulatedCluster cluster = Lagging();
        RaftNode leader = cluster[1].Node;
        cluster.Heal();
        int asked = 0;
        for (int i = 0; i < 200 && asked < 3; i++)
        {
            cluster[1].Tick();
            Ready ready = leader.TakeReady();
            foreach (SnapshotReadRequest request in ready.SnapshotReads)
            {
                Assert.Equal((Id(3), null, 0UL), (request.To, request.Meta, request.Offset));
                leader.SnapshotUnavailable(request.To);
                asked++;
            }

            leader.Step(Message.HeartbeatResponse(Id(2), Id(1), leader.Term, 0));
            leader.Step(Message.AppendRefused(Id(3), Id(1), leader.Term, At(0, 3), default, default));
        }

        Assert.Equal(3, asked);
    }

    [Fact]
    public void A_snapshot_that_the_log_has_left_behind_when_it_arrives_is_followed_by_another()
    {
        SimulatedCluster cluster = Lagging();
        SimulatedReplica leader = cluster[1];
        cluster.Loses = message => message is { Kind: MessageKind.SnapshotChunk, Last: true };
        cluster.Tick(20);
        Assert.Equal(ProgressState.Snapshot, leader.Node.Progress[2].State);
        leader.Node.Propose("more"u8, out _);
        cluster.Tick(5);
        leader.Node.Compact(leader.Node.Applied);
        cluster.Heal();
        cluster.TickUntil(() => cluster[3].Node.Commit == leader.Node.Commit);
        Assert.Equal((2, leader.State), (cluster[3].SnapshotsInstalled, cluster[3].State));
    }

    [Fact]
    public void The_log_in_memory_is_bounded()
    {
        var cluster = new SimulatedCluster(3, new RaftOptions { MaxLogBytes = 1_000 });
        RaftNode leader = cluster.Elect(1).Node;
        for (int i = 0; i < 200; i++)
        {
            leader.Propose("0123456789"u8, out _);
            cluster.Tick();
        }

        Assert.All(cluster.All, replica => Assert.True(replica.Node.LogBytes <= 1_000, replica.ToString()));
        Assert.True(leader.FirstIndex.Value > 100);
    }

    private static Message Chunk(ulong term, ulong offset, bool last) =>
        Message.SnapshotChunk(Id(2), Id(1), new(term), Meta, offset, "data"u8.ToArray(), last);

    /// <summary>Three replicas, of which the third missed entries that the others have forgotten.</summary>
    private static SimulatedCluster Lagging()
    {
        var cluster = new SimulatedCluster(3, SmallChunks);
        SimulatedReplica leader = cluster.Elect(1);
        cluster.Isolate(3);
        for (int i = 0; i < 10; i++)
        {
            leader.Node.Propose("x"u8, out _);
        }

        cluster.Settle();
        leader.TakeSnapshot();
        return cluster;
    }
}
