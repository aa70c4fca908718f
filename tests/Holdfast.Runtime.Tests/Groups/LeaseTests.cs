using System.Globalization;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Groups;

/// <summary>Reads by lease: without messages while it holds, and never with an old value, whatever stops whom.</summary>
public sealed class LeaseTests : IDisposable
{
    /// <summary>Longer than any lease, and than an election takes.</summary>
    private const int Pause = 2_000;

    private readonly TestCluster _cluster =
        TestCluster.Formed(nodes: 3, partitions: 1, options => options with { ReadsByLease = true });

    private readonly RecordingSink _sink = new();
    private readonly List<IRequestSession> _sessions = [];

    private uint Leader => _cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader");

    public void Dispose()
    {
        _sessions.ForEach(session => session.Dispose());
        _cluster.Dispose();
    }

    [Fact]
    public void A_read_under_a_lease_is_answered_at_once_and_costs_no_message()
    {
        IRequestSession session = Open(Leader);
        Write(session, 1, "value");
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Find(2) is not null);
        _cluster.Network.Loses = (_, _, _) => true;
        session.Submit(Fakes.Requests.Get(3, "key"));
        _cluster.Step();

        Assert.Equal("value", _sink.Find(3)!.Payload);
    }

    [Fact]
    public void Without_answers_a_lease_ends()
    {
        IRequestSession session = Open(Leader);
        Write(session, 1, "value");
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Find(2) is not null);
        _cluster.Network.Loses = (_, _, _) => true;
        _cluster.Steps(270);
        session.Submit(Fakes.Requests.Get(3, "key"));
        _cluster.Steps(10);

        Assert.Null(_sink.Find(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_leader_that_stood_still_while_another_was_elected_does_not_answer_with_an_old_value(bool isReadWaiting)
    {
        uint old = Leader;
        IRequestSession session = Open(old);
        Write(session, 1, "old");
        session.Submit(Fakes.Requests.Get(2, "key"));
        _cluster.Until(() => _sink.Find(2) is not null);

        // It must not be saved by what the others tell it: when it wakes, it hears nobody yet.
        _cluster.Network.CutOff(TestCluster.AddressOf(old));
        _cluster[old].IsPaused = true;
        uint other = (old + 1) % 3;
        _cluster.Until(() => _cluster[other].LeaderOf(0) is { } leader && leader != old);
        Write(Open(other), 3, "new");
        _cluster.Steps(Pause);
        if (isReadWaiting)
        {
            session.Submit(Fakes.Requests.Get(4, "key"));
        }

        _cluster[old].IsPaused = false;
        if (!isReadWaiting)
        {
            session.Submit(Fakes.Requests.Get(4, "key"));
        }

        _cluster.Steps(10);
        Assert.Null(_sink.Find(4));
        _cluster.Network.Reconnect(TestCluster.AddressOf(old));
        _cluster.Until(() => _sink.Find(4) is not null);
        Assert.Equal("new", _sink.Find(4)!.Payload);
    }

    [Fact]
    public void A_follower_that_stood_still_before_it_read_what_its_leader_sent_keeps_its_promise()
    {
        using TestCluster cluster = TestCluster.Formed(
            nodes: 3, partitions: 1, options => options with { Raft = new RaftOptions { ElectionTicksMin = 30, ElectionTicksMax = 33 } });
        uint leader = cluster.LeaderOf(0)!.Value;
        TestNode follower = cluster[(leader + 1) % 3];
        follower.IsPaused = true;
        cluster.Steps(250);
        follower.StallsBeforeReading = true;
        follower.IsPaused = false;
        cluster.Step();
        cluster.Network.CutOff(follower.Address);

        // A lease of the leader is 250 ms long at most, and counts from before what the follower has read just now.
        for (int i = 0; i < 265; i++)
        {
            Assert.Equal(RoleKind.Follower, follower.Engine.FindReplica(new PartitionId(0).Group)!.Raft.Role);
            cluster.Step();
        }
    }

    [Fact]
    public void Reads_between_pauses_of_any_length_are_never_older_than_what_was_written()
    {
        var random = new SeededRandom(7);
        ulong id = 0;
        for (int round = 0; round < 25; round++)
        {
            string value = round.ToString(CultureInfo.InvariantCulture);
            uint paused = (uint)random.Next(3);
            Open(paused).Submit(Fakes.Requests.Get(++id, "key"));
            _cluster.Steps(random.Next(0, 20));
            _cluster.Network.CutOff(TestCluster.AddressOf(paused));
            _cluster[paused].IsPaused = true;
            Write(Open((paused + 1) % 3), ++id, value);
            var reads = new List<ulong>();
            _cluster.Steps(random.Next(0, 100));
            for (uint node = 0; node < 3; node++)
            {
                Open(node).Submit(Fakes.Requests.Get(++id, "key"));
                reads.Add(id);
            }

            _cluster[paused].IsPaused = false;
            _cluster.Steps(random.Next(0, 20));
            _cluster.Network.Reconnect(TestCluster.AddressOf(paused));
            _cluster.Until(() => reads.TrueForAll(read => _sink.Find(read) is not null));
            Assert.All(reads, read => Assert.Equal(value, _sink.Find(read)!.Payload));
        }
    }

    private void Write(IRequestSession session, ulong id, string value)
    {
        session.Submit(Fakes.Requests.Put(id, "key", value));
        _cluster.Until(() => _sink.Find(id) is not null);
        Assert.True(_sink.Find(id)!.IsDone);
    }

    private IRequestSession Open(uint node)
    {
        IRequestSession session = _cluster[node].Engine.Open(_sink);
        _sessions.Add(session);
        return session;
    }
}
