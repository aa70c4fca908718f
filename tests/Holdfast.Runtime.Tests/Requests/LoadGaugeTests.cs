using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Tests.Requests;

public sealed class LoadGaugeTests
{
    private const int Peers = 2;

    private readonly LoadGauge _load = new();

    [Fact]
    public void A_lone_client_is_a_light_load()
    {
        Sample(requests: 1, turns: 100, moved: 50);
        Assert.True(_load.IsLight);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(24)]
    public void Heartbeats_alone_are_none(int turns)
    {
        Sample(requests: 0, turns, moved: 0);
        Assert.False(_load.IsLight);
    }

    [Fact]
    public void With_more_peers_there_are_more_heartbeats()
    {
        for (int i = 0; i < 100; i++)
        {
            _load.EndTurn();
        }

        _load.Sample(requests: 0, peers: 14);
        Assert.False(_load.IsLight);
    }

    [Fact]
    public void Many_requests_at_once_are_not_light_and_are_remembered_for_half_a_second()
    {
        Sample(requests: 3, turns: 100, moved: 50);
        for (int i = 0; i < 9; i++)
        {
            Sample(requests: 1, turns: 100, moved: 50);
            Assert.False(_load.IsLight);
        }

        Sample(requests: 1, turns: 100, moved: 50);
        Assert.True(_load.IsLight);
    }

    [Fact]
    public void A_load_that_shows_in_one_sample_of_ten_is_never_light()
    {
        for (int i = 0; i < 100; i++)
        {
            Sample(requests: i % 10 == 0 ? 20 : 0, turns: 100, moved: 50);
            Assert.False(_load.IsLight);
        }
    }

    [Fact]
    public void What_shares_turns_is_a_crowd_of_which_the_node_knows_no_requests()
    {
        Sample(requests: 0, turns: 100, moved: 101);
        Assert.False(_load.IsLight);
    }

    private void Sample(int requests, int turns, int moved)
    {
        for (int i = 0; i < turns; i++)
        {
            _load.EndTurn();
        }

        _load.Move(moved);
        _load.Sample(requests, Peers);
    }
}
