using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.SystemGroup;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Tests.Groups;

public sealed class TickScheduleTests
{
    private static readonly ReplicaId Self = new(new NodeId(1), 0);
    private static readonly ReplicaId Other = new(new NodeId(2), 0);

    private readonly TickSchedule _schedule = new();
    private readonly RaftClock _clock = new();
    private readonly SystemReplica _replica;

    public TickScheduleTests()
    {
        RestoredState state = RestoredState.Bootstrap(new Configuration([Self, Other]));
        _replica = new SystemReplica(new RaftNode(new RaftOptions(), Self, state, new SeededRandom(1), _clock), new SystemSnapshot());
        _schedule.Add(_replica);
    }

    [Fact]
    public void A_replica_is_taken_at_the_tick_at_which_it_is_due_and_once()
    {
        long due = _replica.Raft.Due;
        Assert.Equal(due, _schedule.NextDue(limit: 1000));
        Assert.Empty(Take(due - 1));
        Assert.Equal([_replica], Take(due));
        Assert.Empty(Take(due + 200));
    }

    [Fact]
    public void One_that_was_put_off_wakes_nobody_until_it_is_due()
    {
        long before = _replica.Raft.Due;
        _clock.Advance(10, 0);
        _replica.Raft.Step(Message.Heartbeat(Other, Self, new Term(1), 0));
        long after = _replica.Raft.Due;
        Assert.True(after > before);

        Assert.Equal(after, _schedule.NextDue(limit: 1000));
        Assert.Empty(Take(after - 1));
        Assert.Equal([_replica], Take(after));
    }

    [Fact]
    public void What_is_due_already_is_taken_at_the_next_tick()
    {
        long due = _replica.Raft.Due;
        Take(due);
        _schedule.Add(_replica);
        Assert.Equal(due + 1, _schedule.NextDue(limit: 1000));
        Assert.Equal([_replica], Take(due + 1));
    }

    [Fact]
    public void A_limit_comes_before_what_is_due_after_it() => Assert.Equal(5, _schedule.NextDue(limit: 5));

    private List<Replica> Take(long tick)
    {
        List<Replica> due = [];
        _schedule.TakeDue(tick, due);
        return due;
    }
}
