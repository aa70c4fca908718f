using System.Text;
using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

/// <summary>A partition takes so many bytes of writes that wait for their commit; what comes beyond waits, and is not refused.</summary>
public sealed class RoomTests : IDisposable
{
    private const int Bound = 2000;
    private const int MaxHeldBytes = 100_000;

    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1, options => options with
    {
        Raft = options.Raft with { MaxUncommittedBytes = Bound },
        MaxHeldBytes = MaxHeldBytes,
    });

    private readonly RecordingSink _sink = new();

    private uint Leader => _cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader");

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Writes_beyond_the_bound_are_done_in_order_through_the_leader_or_another_node(uint distance)
    {
        using IRequestSession session = _cluster[(Leader + distance) % 3].Engine.Open(_sink);
        for (ulong i = 0; i < 100; i++)
        {
            session.Submit(Fakes.Requests.Put(2 * i, "key", ValueOf(i)));
            session.Submit(Fakes.Requests.Get((2 * i) + 1, "key"));
        }

        _cluster.Until(() => _sink.Replies.Count == 200);
        Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone, $"{reply}"));
        for (ulong i = 0; i < 100; i++)
        {
            Assert.Equal(ValueOf(i), _sink.Find((2 * i) + 1)!.Payload);
        }
    }

    [Fact]
    public void A_write_larger_than_the_bound_is_let_in_between_small_ones_of_all_nodes()
    {
        IRequestSession[] sessions = [.. Enumerable.Range(0, 3).Select(id => _cluster[(uint)id].Engine.Open(_sink))];
        for (ulong i = 0; i < 300; i++)
        {
            sessions[i % 3].Submit(Fakes.Requests.Put(i, "key", i % 50 < 3 ? new string('v', 3 * Bound) : ValueOf(i)));
        }

        _cluster.Until(() => _sink.Replies.Count == 300);
        Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone, $"{reply}"));
        Array.ForEach(sessions, session => session.Dispose());
    }

    [Fact]
    public void What_waits_is_bounded_and_says_at_its_deadline_that_it_was_not_applied()
    {
        uint leader = Leader;
        using IRequestSession session = _cluster[leader].Engine.Open(_sink);
        _cluster.Crash((leader + 1) % 3);
        _cluster.Crash((leader + 2) % 3);
        ulong[] ids = [.. Enumerable.Range(0, 1000).Select(i => (ulong)i)];
        Array.ForEach(ids, id => session.Submit(Fakes.Requests.Put(id, "key", ValueOf(id), timeoutMs: 100)));
        _cluster.Step();

        KeptReply[] refused = [.. _sink.Replies];
        Assert.All(refused, reply => Assert.Equal((FaultCode.Overloaded, Outcome.NotApplied), (reply.Fault, reply.Outcome)));
        Assert.InRange(ids.Length - refused.Length, MaxHeldBytes / 300, (MaxHeldBytes / 200) + Bound);

        _cluster.Until(() => _sink.Replies.Count == ids.Length);
        Assert.True(_cluster[leader].LeaderOf(0) == leader, "it has not learned yet that it is alone");
        ILookup<Outcome, KeptReply> late = _sink.Replies.Skip(refused.Length).ToLookup(reply => reply.Outcome);
        Assert.InRange(late[Outcome.Unknown].Count(), 1, Bound / 200);
        Assert.All(late[Outcome.NotApplied], reply => Assert.Equal(FaultCode.Timeout, reply.Fault));
        Assert.Equal(ids.Length - refused.Length, late[Outcome.Unknown].Count() + late[Outcome.NotApplied].Count());
    }

    [Fact]
    public void A_read_sees_the_last_write_of_its_connection_that_was_done_also_where_writes_with_tokens_are_refused()
    {
        using IRequestSession session = _cluster[(Leader + 1) % 3].Engine.Open(_sink);
        const ulong Count = 200;
        for (ulong i = 0; i < Count; i++)
        {
            session.Submit(Fakes.Requests.Encode(new Request
            {
                Id = 2 * i,
                Operation = Operation.Put,
                Key = "key"u8,
                Value = Encoding.UTF8.GetBytes(ValueOf(i)),
                Token = i % 3 == 0 ? [] : Encoding.UTF8.GetBytes($"token {i}"),
            }));
            session.Submit(Fakes.Requests.Get((2 * i) + 1, "key"));
        }

        _cluster.Until(() => _sink.Replies.Count == 2 * (int)Count);
        string expected = "";
        for (ulong i = 0; i < Count; i++)
        {
            KeptReply put = _sink.Find(2 * i)!;
            Assert.True(put.IsDone || (put.Fault, put.Outcome) == (FaultCode.Overloaded, Outcome.NotApplied), $"{put}");
            expected = put.IsDone ? ValueOf(i) : expected;
            Assert.Equal(expected, _sink.Find((2 * i) + 1)!.Payload);
        }

        Assert.Contains(_sink.Replies, reply => !reply.IsDone);
    }

    [Fact]
    public void A_read_that_a_leader_could_not_confirm_does_not_see_what_its_connection_wrote_later()
    {
        uint leader = Leader;
        uint[] others = [(leader + 1) % 3, (leader + 2) % 3];
        using IRequestSession session = _cluster[leader].Engine.Open(_sink);
        session.Submit(Fakes.Requests.Put(1, "key", "old"));
        _cluster.Until(() => _sink.Replies.Count == 1);
        Array.ForEach(others, _cluster.Crash);
        session.Submit(Fakes.Requests.Put(4, "other", new string('v', Bound / 2), timeoutMs: 20_000));
        session.Submit(Fakes.Requests.Get(2, "key", timeoutMs: 20_000));
        session.Submit(Fakes.Requests.Put(3, "key", "new", timeoutMs: 20_000));
        _cluster.Until(() => _cluster[leader].LeaderOf(0) is null);
        Array.ForEach(others, id => _cluster.Restart(id));
        _cluster.Until(() => _sink.Find(2) is not null && _sink.Find(3) is not null);
        Assert.Equal("old", _sink.Find(2)!.Payload);
        Assert.True(_sink.Find(3)!.IsDone);
    }

    private static string ValueOf(ulong number) => $"{number}/{new string('v', 200)}";
}
