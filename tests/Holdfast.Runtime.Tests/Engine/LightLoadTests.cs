using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.EngineLife;

/// <summary>An engine says whether it is lightly loaded: its host polls then.</summary>
public sealed class LightLoadTests : IDisposable
{
    private const int Second = 1_000;

    /// <summary>Until groups that have nothing to do are asleep.</summary>
    private const int Settled = 15 * Second;

    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private readonly RecordingSink _sink = new();
    private ulong _lastId;

    private TestNode Leader => _cluster[_cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader")];

    private TestNode Follower => _cluster.Nodes.First(node => node != Leader);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Idle_nodes_are_not()
    {
        _cluster.SleepsWhenIdle = true;
        _cluster.Steps(Settled);
        for (int i = 0; i < 20 * Second; i++)
        {
            _cluster.Step();
            Assert.DoesNotContain(_cluster.Nodes, node => node.Engine.IsLightlyLoaded);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lone_client_of_any_node_loads_lightly_all_who_take_part(bool reads)
    {
        TestNode[] taking = [Leader, Follower];
        using IRequestSession session = Follower.Engine.Open(_sink);
        Serve(session, reads);
        Assert.All(taking, node => Assert.True(node.Engine.IsLightlyLoaded));
    }

    [Fact]
    public void Requests_that_were_forwarded_count_where_they_wait_for_their_answers()
    {
        TestNode follower = Follower;
        using IRequestSession session = follower.Engine.Open(_sink);
        Serve(session, reads: true);
        Assert.True(follower.Engine.IsLightlyLoaded);

        _cluster.Network.Loses = (_, lane, _) => lane != Primitives.TransportLane.Liveness;
        for (int i = 0; i < 20; i++)
        {
            session.Submit(Fakes.Requests.Get(++_lastId, $"key{i}"));
        }

        _cluster.StepMicros = 1_000;
        _cluster.Steps(60);
        Assert.False(follower.Engine.IsLightlyLoaded);
    }

    [Fact]
    public void A_follower_notices_a_crowd_by_the_entries_that_come_at_once()
    {
        TestNode follower = Follower;
        using IRequestSession session = Leader.Engine.Open(_sink);
        for (int i = 0; i < 60; i++)
        {
            ServeCrowd(session);
            Assert.True(i < 30 || !follower.Engine.IsLightlyLoaded);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lone_clients_write_goes_to_the_follower_first_and_then_to_the_disk(bool isLight)
    {
        TestNode leader = Leader;
        using IRequestSession session = leader.Engine.Open(_sink);
        if (isLight)
        {
            Serve(session, reads: false);
        }
        else
        {
            for (int i = 0; i < 30; i++)
            {
                ServeCrowd(session);
            }
        }

        Assert.Equal(isLight, leader.Engine.IsLightlyLoaded);
        _cluster.Until(() => !leader.HasDiskWork);
        int sent = _cluster.Network.Sent.Count(frame => frame.Lane == Primitives.TransportLane.Entries);
        session.Submit(Fakes.Requests.Put(++_lastId, "key", "value"));
        leader.Engine.Flush();
        Assert.True(_cluster.Network.Sent.Count(frame => frame.Lane == Primitives.TransportLane.Entries) > sent);
        Assert.Equal(!isLight, leader.HasDiskWork);
        leader.Engine.SubmitLog();
        Assert.True(leader.HasDiskWork);
    }

    private void ServeCrowd(IRequestSession session)
    {
        for (int k = 0; k < 40; k++)
        {
            session.Submit(Fakes.Requests.Put(++_lastId, $"key{k}", "value"));
        }

        _cluster.Until(() => _sink.Find(_lastId) is not null);
    }

    /// <summary>One request after the other, with steps so short that a lone client's loop would be worth polling.</summary>
    private void Serve(IRequestSession session, bool reads)
    {
        _cluster.StepMicros = 100;
        for (int i = 0; i < 300; i++)
        {
            session.Submit(reads ? Fakes.Requests.Get(++_lastId, "key") : Fakes.Requests.Put(++_lastId, "key", "value"));
            _cluster.Until(() => _sink.Find(_lastId) is not null);
        }
    }
}
