using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Tests.Fakes;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Tests.Routing;

/// <summary>Polls for changes on the one node of four that has no replica: they wait at another one, for seconds when nothing changes.</summary>
public sealed class PollForwardingTests : IDisposable
{
    private const int Moves = 20;

    /// <summary>In steps. Less than what came back waits for answers that don't come, and less than a node waits before it looks for a leader again.</summary>
    private const int FewSteps = 30;

    private const int LongerThanAnyPoll = 20_000;

    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 4, partitions: 1);
    private readonly RecordingSink _sink = new();
    private readonly uint _outside;
    private readonly IRequestSession _watch;
    private readonly IRequestSession _writes;
    private ulong _id;

    public PollForwardingTests()
    {
        _outside = Enumerable.Range(0, 4).Select(id => (uint)id).Single(id => ReplicaOn(id) is null);
        _watch = _cluster[_outside].Engine.Open(_sink);
        _writes = _cluster[_outside].Engine.Open(_sink);
    }

    private uint? Leader => Replicas().Where(replica => replica.IsLeader).MaxBy(replica => replica.Raft.Term)?.Raft.Id.Node.Value;

    public void Dispose()
    {
        _watch.Dispose();
        _writes.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public void A_poll_that_waits_holds_up_no_write_when_leadership_moves()
    {
        _cluster.Network.Loses = (_, _, frame) => PeerFrame.TryRead(frame, out PeerFrame header, out _) && header.Kind == FrameKind.Report;
        Done(Increment());
        int slowest = 0;
        for (int move = 0; move < Moves; move++)
        {
            ulong poll = Poll(after: _sink.Replies.Max(reply => reply.Number));
            _cluster.Steps(5);
            uint old = Leader!.Value;
            PartitionReplica replica = ReplicaOn(old)!;
            ReplicaId next = replica.Raft.Configuration.Voters.First(voter => voter != replica.Raft.Id);
            Assert.True(_cluster[old].Engine.TryTransfer(replica, next));
            _cluster.Until(() => Leader == next.Node.Value && !ReplicaOn(old)!.IsLeader);
            Assert.Null(_sink.Find(poll));

            // It goes to the old leader, as nobody reports another to the node, and comes back.
            slowest = Math.Max(slowest, Done(Increment()));
            _cluster.Until(() => _sink.Find(poll) is not null);
        }

        Assert.InRange(slowest, 1, FewSteps);
    }

    [Fact]
    public void A_poll_whose_leader_dies_is_refused_and_can_be_asked_again()
    {
        Done(Increment());
        ulong poll = Poll(after: 1);
        _cluster.Steps(20);
        Assert.Null(_sink.Find(poll));

        _cluster.Crash(Leader!.Value);
        _cluster.Step();
        AssertRefused(poll);
        AssertAskedAgain();
    }

    [Fact]
    public void A_poll_whose_leader_stands_still_is_refused_once_another_leads()
    {
        Done(Increment());
        ulong poll = Poll(after: 1);
        _cluster.Steps(20);
        uint old = Leader!.Value;
        _cluster[old].IsPaused = true;
        _cluster.Until(() => _sink.Find(poll) is not null);
        Assert.NotEqual(old, Leader);
        AssertRefused(poll);
        AssertAskedAgain();
    }

    [Fact]
    public void A_poll_that_can_be_sent_nowhere_is_refused_at_once()
    {
        foreach (PartitionReplica replica in Replicas())
        {
            _cluster.Network.CutOff(TestCluster.AddressOf(replica.Raft.Id.Node.Value));
        }

        ulong poll = Poll(after: 0);
        _cluster.Step();
        AssertRefused(poll);
    }

    [Fact]
    public void A_poll_that_a_replica_without_a_leader_is_asked_is_refused_at_once()
    {
        _cluster.Network.Loses = (_, lane, _) => lane != TransportLane.Requests;
        _cluster.Until(() => Replicas().All(replica => !replica.FollowsItsGroup));
        ulong poll = Poll(after: 0);
        _cluster.Steps(3);
        AssertRefused(poll);
        _cluster.Network.Loses = (_, _, _) => false;
        AssertAskedAgain();
    }

    [Fact]
    public void A_poll_does_not_wait_with_writes_that_wait_for_others()
    {
        // Nothing follows the first write of the node until that is answered.
        TestNode leader = _cluster[Leader!.Value];
        _cluster.Network.Loses = (from, lane, _) => from == leader && lane == TransportLane.Requests;
        ulong first = Increment();
        _cluster.Steps(20);
        _cluster.Network.Loses = (_, _, _) => false;
        ulong second = Increment();
        ulong poll = Poll(after: 0);
        _cluster.Until(() => _sink.Find(poll) is not null);
        Assert.Equal((FaultCode.None, 1), (_sink.Find(poll)!.Fault, _sink.Find(poll)!.Number));
        Assert.Null(_sink.Find(first) ?? _sink.Find(second));
    }

    [Fact]
    public void Polls_that_wait_are_no_load_beside_a_lone_client()
    {
        Done(Increment());
        ulong[] polls = [.. Enumerable.Range(0, 10).Select(_ => Poll(after: 1))];
        _cluster.StepMicros = 100;
        for (int i = 0; i < 300; i++)
        {
            _writes.Submit(Fakes.Requests.Get(++_id, "n"));
            Done(_id);
        }

        Assert.DoesNotContain(polls, poll => _sink.Find(poll) is not null);
        Assert.True(_cluster[_outside].Engine.IsLightlyLoaded);
    }

    private void AssertRefused(ulong poll)
    {
        KeptReply reply = _sink.Find(poll)!;
        Assert.Equal((FaultCode.NoLeader, Outcome.NotApplied, 0L), (reply.Fault, reply.Outcome, reply.Number));
    }

    // As whoever watches does: until it is told what changed.
    private void AssertAskedAgain()
    {
        ulong write = Increment();
        ulong poll = 0;
        _cluster.Until(() =>
        {
            poll = poll == 0 || _sink.Find(poll) is { IsDone: false } ? Poll(after: 1) : poll;
            return _sink.Find(poll) is { IsDone: true } && _sink.Find(write) is not null;
        });
        Assert.True(_sink.Find(write)!.IsDone);
        Assert.InRange(_sink.Find(poll)!.Number, 1, _sink.Find(write)!.Number);
    }

    private ulong Poll(long after)
    {
        _watch.Submit(Fakes.Requests.Encode(new Request
        {
            Id = ++_id,
            Operation = Operation.Changes,
            Flags = RequestFlags.Stale,
            Revision = new Revision((ulong)after),
            Argument = LongerThanAnyPoll,
            TimeoutMs = 2 * LongerThanAnyPoll,
        }));
        return _id;
    }

    private ulong Increment()
    {
        _writes.Submit(Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Increment, Argument = 1, Key = "n"u8 }));
        return _id;
    }

    // The steps that it took.
    private int Done(ulong write)
    {
        int steps = 0;
        for (; _sink.Find(write) is null; steps++)
        {
            _cluster.Step();
        }

        Assert.True(_sink.Find(write)!.IsDone);
        return steps;
    }

    private PartitionReplica[] Replicas() => [.. _cluster.Nodes.SelectMany(node => node.Engine.Replicas.OfType<PartitionReplica>())];

    private PartitionReplica? ReplicaOn(uint node) => _cluster[node].Engine.Replicas.OfType<PartitionReplica>().SingleOrDefault();
}
