using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public sealed class ChangesTests : IDisposable
{
    private const int Writes = 200;

    // By then every replica has applied what was acknowledged.
    private const int AWhile = 50;

    private readonly List<IRequestSession> _sessions = [];
    private readonly RecordingSink _writes = new();
    private TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private ulong _id;

    public void Dispose()
    {
        _sessions.ForEach(session => session.Dispose());
        _cluster.Dispose();
    }

    [Fact]
    public void Every_replica_tells_the_changes_in_order_and_where_to_go_on()
    {
        Put("a", "1");
        Put("b", "2");
        Put("a", "3");
        _cluster.Steps(AWhile);
        for (uint node = 0; node < 3; node++)
        {
            Asked asked = Ask(node, after: 1, waitMs: 1_000);
            Assert.Equal(["Put b=2 @2", "Put a=3 @3"], asked.Answer().Changes);
            Assert.Equal(3, asked.Answer().Number);
        }
    }

    [Fact]
    public void A_request_waits_until_there_is_a_change_under_its_prefix()
    {
        Asked[] waiting = [.. Enumerable.Range(0, 3).Select(node => Ask((uint)node, after: 0, waitMs: 30_000, prefix: "b"))];
        Put("a", "1");
        _cluster.Steps(AWhile);
        Assert.All(waiting, asked => Assert.Null(asked.Kept));
        Put("b", "2");
        Assert.All(waiting, asked => Assert.Equal(["Put b=2 @2"], asked.Answer().Changes));
    }

    [Fact]
    public void It_waits_no_longer_than_it_says_nor_than_it_may_take()
    {
        Put("a", "1");
        Asked said = Ask(1, after: 1, waitMs: 200);
        Asked may = Ask(1, after: 1, waitMs: 60_000, timeoutMs: 500);
        Asked not = Ask(1, after: 1, waitMs: 0);
        _cluster.Steps(5);
        Assert.NotNull(not.Kept);
        _cluster.Steps(150);
        Assert.Null(said.Kept);
        _cluster.Steps(350);
        foreach (Asked asked in new[] { said, may, not })
        {
            Assert.Equal(FaultCode.None, asked.Kept!.Fault);
            Assert.Equal((1, 0), (asked.Kept.Number, asked.Kept.Changes.Count));
        }
    }

    [Fact]
    public void From_now_is_where_all_that_was_acknowledged_ends()
    {
        for (uint node = 0; node < 3; node++)
        {
            Put("a", "x");
            Asked asked = Ask(node, after: 0, waitMs: 0, flags: RequestFlags.FromNow);
            Assert.Equal((long)node + 1, asked.Answer().Number);
        }
    }

    [Fact]
    public void A_node_without_a_replica_asks_one_that_has()
    {
        _cluster.Dispose();
        _cluster = TestCluster.Formed(nodes: 4, partitions: 1);
        Asked[] waiting = [.. Enumerable.Range(0, 4).Select(node => Ask((uint)node, after: 0, waitMs: 4_000))];
        _cluster.Steps(20);
        Put("a", "1");
        Assert.All(waiting, asked => Assert.Equal(["Put a=1 @1"], asked.Answer().Changes));
    }

    [Fact]
    public void History_outlives_snapshots_and_restarts_and_reaches_replicas_that_are_sent_a_snapshot()
    {
        _cluster.Dispose();
        _cluster = TestCluster.Formed(3, 1, options => options with
        {
            SnapshotLogBytes = 4_096,
            Raft = options.Raft with { MaxLogBytes = 4_096 },
        });
        uint behind = (_cluster.LeaderOf(0)!.Value + 1) % 3;
        _cluster.Crash(behind);
        string value = new('v', 300);
        for (int i = 0; i < Writes; i++)
        {
            Put("key", value + i, through: (behind + 1) % 3);
        }

        _cluster.Restart(behind);
        for (uint node = 0; node < 3; node++)
        {
            var told = new List<string>();
            while (told.Count < Writes)
            {
                told.AddRange(Ask(node, after: told.Count, waitMs: 1_000).Answer().Changes);
            }

            Assert.Equal(Enumerable.Range(0, Writes).Select(i => $"Put key={value}{i} @{i + 1}"), told);
        }
    }

    [Fact]
    public void What_is_not_kept_any_more_is_a_gap()
    {
        _cluster.Dispose();
        _cluster = TestCluster.Formed(3, 1, options => options with { MaxHistoryBytes = 4_096 });
        for (int i = 0; i < 50; i++)
        {
            Put("key", new string('v', 300));
        }

        _cluster.Steps(AWhile);

        Kept gap = Ask(0, after: 1, waitMs: 1_000).Answer();
        Assert.True(gap.IsGap);
        Assert.Empty(gap.Changes);
        Assert.InRange(gap.Number, 30, 49);
        Assert.Equal(50 - gap.Number, Ask(0, after: gap.Number, waitMs: 1_000).Answer().Changes.Count);
    }

    [Fact]
    public void Beyond_the_most_that_may_wait_a_request_is_told_to_come_again()
    {
        Asked[] waiting = [.. Enumerable.Range(0, 1_024).Select(_ => Ask(0, after: 0, waitMs: 4_000))];
        Kept told = Ask(0, after: 0, waitMs: 4_000).Answer();
        Assert.Equal((FaultCode.None, 0, true), (told.Fault, told.Changes.Count, told.RetryAfterMs > 0));
        Put("a", "1");
        Assert.All(waiting, asked => Assert.Single(asked.Answer().Changes));
    }

    [Fact]
    public void Who_is_gone_waits_no_more()
    {
        for (int i = 0; i < 1_100; i++)
        {
            Asked asked = Ask(0, after: 0, waitMs: 4_000);
            asked.Session.Dispose();
            Put("a", $"{i}");
        }

        Asked waiting = Ask(0, after: 1_100, waitMs: 4_000);
        _cluster.Steps(5);
        Assert.Null(waiting.Kept);
    }

    [Fact]
    public void A_replica_that_hears_of_no_leader_lets_no_watch_wait_for_ever()
    {
        _cluster.Network.Loses = (_, _, _) => true;
        _cluster.Steps(1_000);
        Assert.Equal(FaultCode.NoLeader, Ask(0, after: 0, waitMs: 500, timeoutMs: 1_000).Answer().Fault);
    }

    [Fact]
    public void A_partition_that_is_not_there_is_refused() =>
        Assert.Equal(FaultCode.BadRequest, Ask(0, after: 0, waitMs: 0, partition: 1).Answer().Fault);

    private void Put(string key, string value, uint through = 0)
    {
        ulong id = ++_id;
        IRequestSession session = _cluster[through].Engine.Open(_writes);
        _sessions.Add(session);
        session.Submit(Fakes.Requests.Put(id, key, value));
        _cluster.Until(() => _writes.Find(id) is not null);
        Assert.True(_writes.Find(id)!.IsDone);
    }

    private Asked Ask(
        uint node, long after, long waitMs, string prefix = "", uint timeoutMs = 5_000, RequestFlags flags = RequestFlags.Stale, uint partition = 0)
    {
        var asked = new Asked(_cluster);
        asked.Session = _cluster[node].Engine.Open(asked);
        _sessions.Add(asked.Session);
        asked.Session.Submit(Fakes.Requests.Encode(new Request
        {
            Id = ++_id,
            Operation = Operation.Changes,
            Flags = flags,
            Partition = new PartitionId(partition),
            Revision = new Revision((ulong)after),
            Argument = waitMs,
            TimeoutMs = timeoutMs,
            Key = Encoding.UTF8.GetBytes(prefix),
        }));
        return asked;
    }

    private sealed record Kept(FaultCode Fault, long Number, IReadOnlyList<string> Changes, bool IsGap, uint RetryAfterMs);

    /// <summary>Takes the one answer to one request.</summary>
    private sealed class Asked(TestCluster cluster) : IReplySink
    {
        public IRequestSession Session { get; set; } = null!;

        public Kept? Kept { get; private set; }

        public Kept Answer()
        {
            cluster.Until(() => Kept is not null);
            return Kept!;
        }

        public void OnReplies(ReadOnlySpan<byte> replies)
        {
            Assert.Null(Kept);
            Assert.Equal(OperationStatus.Done, Reply.TryRead(replies, out Reply reply, out int consumed));
            Assert.Equal(replies.Length, consumed);
            var changes = new List<string>();
            ReadOnlySpan<byte> page = reply.Fault == FaultCode.None ? reply.Payload : default;
            while (ChangeItem.TryRead(ref page, out ChangeItem item))
            {
                changes.Add($"{item.Kind} {Encoding.UTF8.GetString(item.Key)}={Encoding.UTF8.GetString(item.Value)} @{item.Revision}");
            }

            Assert.True(page.IsEmpty);
            Kept = new Kept(reply.Fault, reply.Number, changes, (reply.Flags & ReplyFlags.Gap) != ReplyFlags.None, reply.RetryAfterMs);
        }
    }
}
