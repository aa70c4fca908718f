using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public sealed class RoutingTests : IDisposable
{
    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private readonly RecordingSink _sink = new();
    private readonly List<IRequestSession> _sessions = [];

    private uint Leader => _cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader");

    private uint Follower => (Leader + 1) % 3;

    public void Dispose()
    {
        _sessions.ForEach(session => session.Dispose());
        _cluster.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_node_takes_writes_and_reads(uint node)
    {
        IRequestSession session = Open(node);
        session.Submit(Fakes.Requests.Put(1, "key", "value"));
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Replies.Count == 2);

        Assert.True(_sink.Find(1)!.IsDone);
        Assert.Equal("value", _sink.Find(2)!.Payload);
    }

    [Fact]
    public void What_one_session_sends_takes_effect_in_the_order_sent()
    {
        foreach (uint node in (uint[])[Leader, Follower])
        {
            IRequestSession session = Open(node);
            ulong first = (ulong)_sink.Replies.Count;
            for (ulong i = 0; i < 20; i++)
            {
                session.Submit(Fakes.Requests.Put(first + (2 * i), "key", $"{node}/{i}"));
                session.Submit(Fakes.Requests.Get(first + (2 * i) + 1, "key"));
            }

            _cluster.Until(() => (ulong)_sink.Replies.Count == first + 40);
            for (ulong i = 0; i < 20; i++)
            {
                Assert.Equal($"{node}/{i}", _sink.Find(first + (2 * i) + 1)!.Payload);
            }
        }
    }

    [Fact]
    public void Requests_without_a_leader_wait_and_are_done_when_there_is_one()
    {
        uint old = Leader;
        uint other = Follower;
        _cluster.Crash(old);
        IRequestSession session = Open(other);
        session.Submit(Fakes.Requests.Put(1, "key", "value"));
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Replies.Count == 2);

        Assert.True(_sink.Find(1)!.IsDone);
        Assert.Equal("value", _sink.Find(2)!.Payload);
    }

    [Fact]
    public void What_waits_for_a_leader_keeps_its_place_before_what_comes_later()
    {
        uint old = Leader;
        uint other = Follower;
        _cluster.Crash(old);
        IRequestSession session = Open(other);
        ulong id = 0;
        int steps = 0;
        _cluster.Until(() =>
        {
            // One write a step, before, during and after the election: the last one sent must stand in the end.
            id++;
            session.Submit(Fakes.Requests.Put(id, "key", id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            return _cluster[other].LeaderOf(0) is { } leader && leader != old && ++steps == 200;
        });
        _cluster.Until(() => (ulong)_sink.Replies.Count == id);
        Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone));

        IReadOnlyList<ulong> order = [.. _sink.Replies.Select(reply => reply.Id)];
        Assert.Equal(order.Order(), order);
    }

    [Fact]
    public void Without_a_leader_a_late_write_was_not_applied()
    {
        CrashTwo(out uint left);
        _cluster.Until(() => _cluster[left].LeaderOf(0) is null);
        Open(left).Submit(Fakes.Requests.Put(1, "key", "value", timeoutMs: 500));
        _cluster.Until(() => _sink.Replies.Count == 1);

        Assert.Equal((FaultCode.NoLeader, Outcome.NotApplied), (_sink.Replies[0].Fault, _sink.Replies[0].Outcome));
    }

    [Fact]
    public void A_write_that_was_proposed_and_is_late_has_an_unknown_outcome_and_a_late_read_has_not()
    {
        uint leader = Leader;
        IRequestSession session = Open(leader);
        foreach (uint id in (uint[])[0, 1, 2])
        {
            if (id != leader)
            {
                _cluster.Crash(id);
            }
        }

        session.Submit(Fakes.Requests.Put(1, "key", "value", timeoutMs: 200));
        session.Submit(Fakes.Requests.Get(2, "key", timeoutMs: 200));
        _cluster.Until(() => _sink.Replies.Count == 2);

        Assert.Equal((FaultCode.Timeout, Outcome.Unknown), (_sink.Find(1)!.Fault, _sink.Find(1)!.Outcome));
        Assert.Equal(Outcome.NotApplied, _sink.Find(2)!.Outcome);
    }

    [Fact]
    public void A_request_to_a_leader_that_can_not_be_reached_waits_for_the_next_leader()
    {
        uint old = Leader;
        uint other = Follower;
        _cluster.Network.CutOff(TestCluster.AddressOf(old));
        IRequestSession session = Open(other);
        session.Submit(Fakes.Requests.Put(1, "key", "value"));
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Replies.Count == 2);

        Assert.True(_sink.Find(1)!.IsDone);
        Assert.Equal("value", _sink.Find(2)!.Payload);
    }

    [Fact]
    public void An_answer_to_a_request_of_the_process_before_answers_no_other_request()
    {
        uint leader = Leader;
        uint other = Follower;
        var before = new RecordingSink();
        IRequestSession old = _cluster[other].Engine.Open(before);

        // The forwarded write waits at the leader, since its disk hangs and the third node is cut off, while the other node restarts.
        _cluster.Network.CutOff(TestCluster.AddressOf(3 - leader - other));
        old.Submit(Fakes.Requests.Put(1, "old", "x"));
        _cluster[leader].DiskHangs = true;
        _cluster.Steps(20);
        _cluster.Crash(other);
        _cluster.Restart(other);
        _cluster.Until(() => _cluster[other].Engine.PartitionCount == 1 && _cluster[other].LeaderOf(0) == leader);
        Open(other).Submit(Fakes.Requests.Get(1, "absent"));
        _cluster.Steps(5);
        _cluster[leader].DiskHangs = false;
        _cluster.Until(() => _sink.Replies.Count > 0);

        Assert.True(_sink.Replies[0].IsDone);
        Assert.Equal(ReplyFlags.None, _sink.Replies[0].Flags);
    }

    [Fact]
    public void A_stale_read_is_answered_without_a_leader()
    {
        CrashTwo(out uint left);
        _cluster.Until(() => _cluster[left].LeaderOf(0) is null);
        Open(left).Submit(Fakes.Requests.Get(1, "key", flags: RequestFlags.Stale));
        _cluster.Step();

        Assert.True(Assert.Single(_sink.Replies).IsDone);
    }

    [Fact]
    public void A_partition_that_is_not_there_is_a_bad_request()
    {
        Open(0).Submit(Fakes.Requests.Count(1, partition: 1));
        _cluster.Until(() => _sink.Replies.Count == 1);

        Assert.Equal(FaultCode.BadRequest, _sink.Replies[0].Fault);
    }

    private void CrashTwo(out uint left)
    {
        left = Follower;
        foreach (uint id in (uint[])[0, 1, 2])
        {
            if (id != left)
            {
                _cluster.Crash(id);
            }
        }
    }

    private IRequestSession Open(uint node)
    {
        IRequestSession session = _cluster[node].Engine.Open(_sink);
        _sessions.Add(session);
        return session;
    }
}
