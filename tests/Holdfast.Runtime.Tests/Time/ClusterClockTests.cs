using Holdfast.Primitives;
using Holdfast.Runtime.Time;
using Xunit;

namespace Holdfast.Runtime.Tests.Time;

public class ClusterClockTests
{
    private const long Epoch = 1_700_000_000_000;
    private readonly ClusterClock _clock = new() { Others = 2 };
    private long _micros = 5_000_000;

    [Fact]
    public void The_time_is_that_of_the_own_clock_while_nobody_else_was_heard()
    {
        Advance(0, own: 0);
        Assert.Equal((ulong)Epoch, _clock.UnixMs);

        Advance(250, own: 250);
        Assert.Equal((ulong)Epoch + 250, _clock.UnixMs);
        Assert.False(_clock.IsSlewing);
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void A_wrong_clock_of_this_node_is_outvoted(long error)
    {
        Advance(0, own: error);
        Hear(1, 0);
        Hear(2, 10);
        Advance(10, own: 10 + error);

        Assert.InRange((long)_clock.UnixMs, Epoch, Epoch + 100);
        Assert.InRange(_clock.SkewMs, error - 100, error + 100);
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void A_wrong_clock_of_another_node_is_outvoted(long error)
    {
        Advance(0, own: 0);
        Hear(1, error);
        Hear(2, 0);
        Advance(10, own: 10);

        Assert.InRange((long)_clock.UnixMs, Epoch, Epoch + 100);
    }

    [Fact]
    public void Of_two_clocks_the_earlier_one_counts()
    {
        Advance(0, own: 600_000);
        Hear(1, 0);
        Advance(10, own: 600_010);

        Assert.InRange((long)_clock.UnixMs, Epoch, Epoch + 100);
    }

    [Fact]
    public void A_jump_of_all_clocks_is_followed_a_tenth_faster_than_time_passes()
    {
        HearAll(0);
        ulong before = _clock.UnixMs;
        HearAll(3_600_000);

        Assert.True(_clock.IsSlewing);
        ulong jumped = _clock.UnixMs;
        Assert.InRange(jumped - before, 0UL, 200UL);
        for (int i = 0; i < 100; i++)
        {
            HearAll(3_600_000);
        }

        Assert.InRange(_clock.UnixMs - jumped, 10_900UL, 11_100UL);
    }

    [Fact]
    public void After_a_jump_back_time_goes_on_a_tenth_slower()
    {
        HearAll(0);
        ulong before = _clock.UnixMs;
        for (int i = 0; i < 100; i++)
        {
            HearAll(-3_600_000);
        }

        Assert.InRange(_clock.UnixMs - before, 8_900UL, 9_200UL);
    }

    [Fact]
    public void Up_to_a_stamp_that_the_median_confirms_time_is_made_up_for_at_once()
    {
        HearAll(0);
        _clock.Stamped(Epoch + 600_000);
        HearAll(0);
        Assert.InRange((long)_clock.UnixMs - Epoch, 0, 300);

        HearAll(3_600_000);
        Assert.InRange((long)_clock.UnixMs - Epoch, 600_000, 600_300);
    }

    [Fact]
    public void A_stamp_that_the_median_does_not_reach_moves_the_time_no_further_than_that()
    {
        HearAll(0);
        _clock.Stamped(ulong.MaxValue);
        HearAll(3_600_000);
        Assert.InRange((long)_clock.UnixMs - Epoch, 3_600_000, 3_600_300);
    }

    [Fact]
    public void A_small_difference_is_followed_at_once()
    {
        HearAll(0);
        HearAll(500);

        Assert.False(_clock.IsSlewing);
        Assert.InRange((long)_clock.UnixMs - Epoch - ((_micros - 5_000_000) / 1_000), 400, 700);
    }

    [Fact]
    public void A_node_that_was_not_heard_for_long_has_no_vote()
    {
        Advance(0, own: 0);
        Hear(1, 700);
        Hear(2, 700);
        Advance(10, own: 10);
        Assert.InRange((long)_clock.UnixMs - Epoch, 600, 800);

        Advance(20_000, own: 20_010);
        Hear(1, 20_010);
        Advance(10, own: 20_020);
        Assert.InRange((long)_clock.UnixMs - Epoch, 20_000, 20_100);
    }

    [Fact]
    public void Without_most_of_the_clocks_the_time_goes_on_as_it_went()
    {
        HearAll(0);
        Advance(20_000, own: 86_400_000);
        Assert.InRange((long)_clock.UnixMs - Epoch, 20_000, 20_200);

        Advance(3_600_000, own: 90_000_000);
        Assert.InRange((long)_clock.UnixMs - Epoch, 3_620_000, 3_620_200);
        Assert.False(_clock.IsSlewing);
    }

    [Fact]
    public void A_node_knows_the_time_at_once_when_it_has_heard_all()
    {
        Advance(0, own: 0);
        Hear(1, 0);
        Advance(10, own: 10);
        Assert.False(_clock.IsSettled);

        Hear(2, 0);
        Advance(10, own: 20);
        Assert.True(_clock.IsSettled);
    }

    [Fact]
    public void A_node_that_has_heard_most_waits_for_the_others_a_while()
    {
        Advance(0, own: 0);
        Hear(1, -3_600_000);
        Advance(10, own: 10);
        Hear(1, -3_598_500);
        Advance(1_500, own: 1_510);
        Assert.False(_clock.IsSettled);

        Hear(2, 1_520);
        Advance(10, own: 1_520);
        Assert.True(_clock.IsSettled);
        Assert.InRange((long)_clock.UnixMs - Epoch, 1_500, 1_600);
    }

    [Fact]
    public void A_node_that_has_heard_most_goes_on_in_the_end_without_the_others()
    {
        Advance(0, own: 0);
        Hear(1, 0);
        Advance(10, own: 10);
        Advance(2_010, own: 2_020);
        Assert.True(_clock.IsSettled);
    }

    [Fact]
    public void A_node_that_has_heard_few_does_not_know_the_time_however_long_it_waits()
    {
        Advance(0, own: 0);
        Advance(60_000, own: 60_000);
        Assert.False(_clock.IsSettled);
    }

    [Fact]
    public void A_node_that_does_not_know_its_cluster_yet_does_not_know_the_time()
    {
        var clock = new ClusterClock();
        clock.Advance(5_000_000, Epoch);
        clock.Advance(60_000_000, Epoch + 55_000);
        Assert.False(clock.IsSettled);
    }

    [Fact]
    public void A_single_node_knows_the_time_by_itself()
    {
        var clock = new ClusterClock { Others = 0 };
        clock.Advance(5_000_000, Epoch);
        Assert.True(clock.IsSettled);
        Assert.Equal((ulong)Epoch, clock.UnixMs);
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void A_node_that_starts_takes_over_the_time_of_those_that_run(long error)
    {
        Advance(0, own: error);
        _clock.Heard(new NodeId(1), Epoch + error, Epoch);
        Advance(10, own: 10 + error);

        Assert.True(_clock.IsSettled);
        Assert.InRange((long)_clock.UnixMs, Epoch, Epoch + 100);
    }

    /// <summary>100 ms pass; then all clocks are that far from the true time.</summary>
    private void HearAll(long error)
    {
        _micros += 100_000;
        long wall = Epoch + ((_micros - 5_000_000) / 1_000) + error;
        _clock.Advance(_micros, wall);
        _clock.Heard(new NodeId(1), wall, clusterMs: 0);
        _clock.Heard(new NodeId(2), wall, clusterMs: 0);
        _clock.Advance(_micros, wall);
    }

    private void Hear(uint node, long sinceEpoch) => _clock.Heard(new NodeId(node), Epoch + sinceEpoch, clusterMs: 0);

    private void Advance(long millis, long own)
    {
        _micros += millis * 1_000;
        _clock.Advance(_micros, Epoch + own);
    }
}
