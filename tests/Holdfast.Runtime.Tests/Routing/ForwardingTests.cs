using System.Text;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

/// <summary>
/// Plain writes through a node that does not lead, while connections and leaders come and go. A counter is incremented, so that each answer
/// tells when the write took effect: the nth write of a session answers n when each took effect once, in the order sent.
/// </summary>
public sealed class ForwardingTests : IDisposable
{
    private TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private readonly RecordingSink _sink = new();
    private ulong _id;

    private uint Leader => _cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader");

    private uint Follower => (Leader + 1) % 3;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_write_whose_answer_is_lost_with_the_connection_is_done_once()
    {
        IRequestSession session = Open(Follower);
        Increment(session);
        UntilAnswered();
        LoseAnswers(Leader);
        Increment(session, 5);
        _cluster.Steps(20);
        Assert.Single(_sink.Replies);

        _cluster.Network.Loses = (_, _, _) => false;
        _cluster.Network.Break(TestCluster.AddressOf(Leader));
        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void A_first_write_whose_answer_is_lost_is_done_once_and_others_follow()
    {
        IRequestSession session = Open(Follower);
        LoseAnswers(Leader);
        Increment(session, 10);
        _cluster.Steps(20);
        _cluster.Network.Loses = (_, _, _) => false;
        _cluster.Network.Break(TestCluster.AddressOf(Leader));
        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void Writes_and_reads_keep_their_order_while_connections_break()
    {
        IRequestSession session = Open(Follower);
        var random = new SeededRandom(7);
        var expected = new Dictionary<ulong, ulong>();
        for (ulong i = 0; i < 300; i++)
        {
            Increment(session);
            if (random.Chance(0.3))
            {
                // A read that was sent after a write sees it.
                expected.Add(++_id, i + 1);
                session.Submit(Fakes.Requests.Get(_id, "n"));
            }

            _cluster.Steps(random.Next(3));
            if (random.Chance(0.1))
            {
                bool loses = random.Chance(0.5);
                uint leader = Leader;
                _cluster.Network.Loses = (from, lane, _) => loses && lane == TransportLane.Requests;
                _cluster.Steps(random.Next(4));
                _cluster.Network.Loses = (_, _, _) => false;
                _cluster.Network.Break(TestCluster.AddressOf(leader));
            }
        }

        UntilAnswered();
        AssertOnceInOrder(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Writes_take_effect_once_in_order_while_leaders_die(ulong seed)
    {
        var random = new SeededRandom(seed);
        uint node = Follower;
        IRequestSession session = Open(node);
        for (int round = 0; round < 6; round++)
        {
            _cluster.Until(() => Leads() is not null);
            uint leader = Leads()!.Value;
            for (int i = random.Next(1, 20); i > 0; i--)
            {
                Increment(session, random.Next(1, 4));
                _cluster.Steps(random.Next(2));
            }

            // The node itself lives: its client has to be served by whoever leads next, itself included.
            if (leader != node)
            {
                _cluster.Crash(leader);
                Increment(session, 3);
                _cluster.Until(() => Leads() is not null);
                _cluster.Restart(leader);
            }
            else
            {
                Transfer(node, (node + 1) % 3);
            }
        }

        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void What_was_forwarded_is_carried_out_here_when_the_leader_moves_here()
    {
        uint old = Leader;
        uint node = Follower;
        IRequestSession session = Open(node);
        Increment(session);
        UntilAnswered();
        LoseAnswers(old);
        Increment(session, 5);
        _cluster.Steps(20);
        Transfer(old, node);
        _cluster.Until(() => _cluster[node].LeaderOf(0) == node);
        Increment(session, 5);
        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void Writes_of_a_node_without_a_replica_keep_their_order_while_leadership_moves()
    {
        _cluster.Dispose();
        _cluster = TestCluster.Formed(nodes: 4, partitions: 1);
        uint[] replicas = [.. _cluster.Nodes.Where(node => RaftOf(node) is not null).Select(node => RaftOf(node)!.Id.Node.Value)];
        IRequestSession session = Open(6 - (uint)replicas.Sum(id => id));
        for (int move = 0; move < 60; move++)
        {
            // Each step a write, also between the refusal of one and the election of who refused it.
            uint leader = Leads() ?? replicas[0];
            Transfer(leader, replicas[(Array.IndexOf(replicas, leader) + 1) % 3]);
            for (int i = 0; i < 20; i++)
            {
                Increment(session);
                _cluster.Step();
            }
        }

        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void Writes_at_a_leader_that_stands_still_are_done_by_the_next()
    {
        uint old = Leader;
        IRequestSession session = Open(Follower);
        Increment(session);
        UntilAnswered();
        _cluster[old].IsPaused = true;
        Increment(session, 5);
        UntilAnswered();
        AssertOnceInOrder();

        _cluster[old].IsPaused = false;
        Increment(session, 5);
        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void A_batch_and_writes_to_a_whole_partition_are_sent_again_too()
    {
        IRequestSession session = Open(Follower);
        Increment(session);
        UntilAnswered();
        LoseAnswers(Leader);
        var batch = new Holdfast.Api.BatchBuilder();
        batch.Add(new Request { Operation = Operation.Increment, Argument = 1, Key = "n"u8 });
        Request request = batch.ToRequest("n"u8, sequential: false);
        request.Id = ++_id;
        session.Submit(Fakes.Requests.Encode(request));
        session.Submit(Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Flush }));
        session.Submit(Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Clear }));
        _cluster.Steps(20);
        _cluster.Network.Loses = (_, _, _) => false;
        _cluster.Network.Break(TestCluster.AddressOf(Leader));
        UntilAnswered();
        Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone));

        // The flush found the counter, which it would not have, had it been done twice.
        Assert.Equal((1L, 0L), (_sink.Find(3)!.Number, _sink.Find(4)!.Number));
    }

    [Fact]
    public void A_session_that_expired_is_followed_by_another()
    {
        IRequestSession session = Open(Follower);
        Increment(session, 3);
        UntilAnswered();
        _cluster.StepMicros = 20_000;
        _cluster.Steps(12 * 60 * 50);
        _cluster.StepMicros = 1000;
        Increment(session, 20);
        UntilAnswered();
        AssertOnceInOrder();
    }

    [Fact]
    public void Writes_are_done_when_no_more_results_can_be_kept()
    {
        IRequestSession session = Open(Follower);
        Increment(session);
        session.Submit(Fakes.Requests.Put(++_id, "large", new string('x', 4 << 20)));
        UntilAnswered();
        for (int i = 0; i < 17; i++)
        {
            // Each of these results holds the value.
            session.Submit(Fakes.Requests.Encode(new Request
            {
                Id = ++_id,
                Operation = Operation.Expire,
                Expiry = Expiry.After(1_000_000),
                Flags = RequestFlags.ReturnOld,
                Key = "large"u8,
                Token = Encoding.ASCII.GetBytes($"token{i}"),
                Fingerprint = 1,
            }));
            UntilAnswered();
        }

        Assert.Contains(_sink.Replies, reply => reply.Fault == FaultCode.Overloaded);
        _sink.Replies.RemoveAll(reply => reply.Id > 1);
        ulong first = _id;
        for (ulong i = 1; i <= 20; i++)
        {
            session.Submit(Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Increment, Argument = 1, Key = "n"u8 }));
        }

        _cluster.Until(() => _sink.Replies.Count == 21);
        Assert.Equal(Enumerable.Range(1, 21).Select(i => (long)i), _sink.Replies.OrderBy(reply => reply.Id).Select(reply => reply.Number));
        Assert.Equal(first + 20, _id);
    }

    [Fact]
    public void A_write_that_was_sent_and_is_late_has_an_unknown_outcome_and_later_ones_are_done()
    {
        uint leader = Leader;
        uint node = Follower;
        IRequestSession session = Open(node);
        Increment(session);
        UntilAnswered();
        _cluster.Network.CutOff(TestCluster.AddressOf(3 - leader - node));
        _cluster[leader].DiskHangs = true;
        Increment(session, 1, timeoutMs: 200);
        UntilAnswered();
        Assert.Equal((FaultCode.Timeout, Outcome.Unknown), (_sink.Find(2)!.Fault, _sink.Find(2)!.Outcome));

        _cluster[leader].DiskHangs = false;
        _cluster.Network.Reconnect(TestCluster.AddressOf(3 - leader - node));
        Increment(session, 3);
        UntilAnswered();
        Assert.All(_sink.Replies.Where(reply => reply.Id != 2), reply => Assert.True(reply.IsDone));

        // It was on its way to the log before them, or never came there.
        Assert.Contains(_sink.Find(3)!.Number, (long[])[2, 3]);
    }

    [Fact]
    public void Without_sessions_the_fate_of_a_write_is_unknown_when_its_connection_breaks_and_a_read_is_asked_again()
    {
        _cluster.Dispose();
        _cluster = TestCluster.Formed(nodes: 3, partitions: 1, options => options with { ForwardsInSessions = false });
        IRequestSession session = Open(Follower);
        Increment(session);
        session.Submit(Fakes.Requests.Get(++_id, "n"));
        _cluster[Follower].Engine.Flush();
        _cluster.Network.Break(TestCluster.AddressOf(Leader));
        UntilAnswered();

        Assert.Equal((FaultCode.Timeout, Outcome.Unknown), (_sink.Find(1)!.Fault, _sink.Find(1)!.Outcome));
        Assert.True(_sink.Find(2)!.IsDone);
    }

    [Fact]
    public void Only_nodes_forward_in_order()
    {
        Open(Follower).Submit(Fakes.Requests.Encode(new Request
        {
            Id = ++_id,
            Operation = Operation.Put,
            Key = "n"u8,
            Session = new SessionNumber(7, 1, 1),
            IsInOrder = true,
        }));
        UntilAnswered();
        Assert.Equal(FaultCode.BadRequest, _sink.Find(1)!.Fault);
    }

    private IRequestSession Open(uint node) => _cluster[node].Engine.Open(_sink);

    private void Increment(IRequestSession session, int times = 1, uint timeoutMs = 0)
    {
        for (int i = 0; i < times; i++)
        {
            session.Submit(Fakes.Requests.Encode(new Request
            {
                Id = ++_id,
                Operation = Operation.Increment,
                Argument = 1,
                Key = "n"u8,
                TimeoutMs = timeoutMs,
            }));
        }
    }

    private void LoseAnswers(uint leader)
    {
        TestNode node = _cluster[leader];
        _cluster.Network.Loses = (from, lane, _) => from == node && lane == TransportLane.Requests;
    }

    // The node whose replica leads in the latest term, however far word of it has come.
    private uint? Leads()
    {
        RaftNode? leader = _cluster.Nodes.Select(RaftOf).Where(raft => raft?.Role == RoleKind.Leader).MaxBy(raft => raft!.Term);
        return leader?.Id.Node.Value;
    }

    private static RaftNode? RaftOf(TestNode node) => node.Engine.Replicas.OfType<PartitionReplica>().SingleOrDefault()?.Raft;

    private void Transfer(uint from, uint to)
    {
        Replica replica = _cluster[from].Engine.Replicas.OfType<PartitionReplica>().Single();
        if (replica.IsLeader)
        {
            _cluster[from].Engine.TryTransfer(replica, RaftOf(_cluster[to])!.Id);
        }
    }

    private void UntilAnswered() => _cluster.Until(() => (ulong)_sink.Replies.Count == _id);

    private void AssertOnceInOrder(IReadOnlyDictionary<ulong, ulong>? reads = null)
    {
        long count = 0;
        foreach (KeptReply reply in _sink.Replies.OrderBy(reply => reply.Id))
        {
            Assert.True(reply.IsDone, $"{reply}");
            if (reads is not null && reads.TryGetValue(reply.Id, out ulong least))
            {
                Assert.True(ulong.Parse(reply.Payload, System.Globalization.CultureInfo.InvariantCulture) >= least, $"{reply} {least}");
            }
            else
            {
                Assert.Equal(++count, reply.Number);
            }
        }
    }
}
