using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.EngineLife;

/// <summary>An engine says whether few requests are under way, but some: its host polls then.</summary>
public sealed class FewRequestsTests : IDisposable
{
    private const int Second = 1_000;

    /// <summary>Until groups that have nothing to do are asleep.</summary>
    private const int Settled = 15 * Second;

    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private readonly RecordingSink _sink = new();
    private readonly IRequestSession _session;
    private ulong _lastId;

    public FewRequestsTests() => _session = Node.Engine.Open(_sink);

    private TestNode Node => _cluster[_cluster.LeaderOf(0) ?? throw new InvalidOperationException("no leader")];

    public void Dispose()
    {
        _session.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public void Idle_nodes_have_none()
    {
        _cluster.Steps(Settled);
        for (int i = 0; i < 20 * Second; i++)
        {
            _cluster.Step();
            Assert.DoesNotContain(_cluster.Nodes, node => node.Engine.HasFewRequests);
        }
    }

    [Fact]
    public void A_lone_client_gives_few_to_all_who_take_part()
    {
        TestNode node = Node;
        TestNode other = _cluster.Nodes.First(each => each != node);
        using IRequestSession session = other.Engine.Open(_sink);
        for (int i = 0; i < 300; i++)
        {
            session.Submit(Fakes.Requests.Put(++_lastId, "key", "value"));
            _cluster.Until(() => _sink.Find(_lastId) is not null);
            if (i >= 50)
            {
                Assert.Equal((true, true), (node.Engine.HasFewRequests, other.Engine.HasFewRequests));
            }
        }
    }

    [Fact]
    public void Many_at_once_are_not_few_and_are_remembered_for_a_while()
    {
        TestNode node = Node;
        _cluster.Network.Loses = (_, _, _) => true;
        Ask(20);
        _cluster.Steps(60);
        Assert.False(node.Engine.HasFewRequests);

        _cluster.Network.Loses = (_, _, _) => false;
        _cluster.Until(() => _sink.Find(_lastId) is not null);
        _cluster.Steps(60);
        Assert.False(node.Engine.HasFewRequests);
        _cluster.Until(() => node.Engine.HasFewRequests);
        _cluster.Steps(Settled);
        Assert.False(node.Engine.HasFewRequests);
    }

    [Fact]
    public void Requests_that_were_forwarded_count_where_they_wait_for_their_answers()
    {
        TestNode other = _cluster.Nodes.First(node => node != Node);
        using IRequestSession session = other.Engine.Open(_sink);
        _cluster.Network.Loses = (_, _, _) => true;
        for (int i = 0; i < 20; i++)
        {
            session.Submit(Fakes.Requests.Put(++_lastId, $"key{i}", "value"));
        }

        _cluster.Steps(60);
        Assert.False(other.Engine.HasFewRequests);
    }

    private void Ask(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _session.Submit(Fakes.Requests.Get(++_lastId, $"key{i}"));
        }
    }
}
