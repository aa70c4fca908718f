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
        Assert.InRange((long)_clock.UnixMs - Epoch, 20_000, 20_100);
    }

    /// <summary>100 ms pass; then all clocks are that far from the true time.</summary>
    private void HearAll(long error)
    {
        _micros += 100_000;
        long wall = Epoch + ((_micros - 5_000_000) / 1_000) + error;
        _clock.Heard(new NodeId(1), wall);
        _clock.Heard(new NodeId(2), wall);
        _clock.Advance(_micros, wall);
    }

    private void Hear(uint node, long sinceEpoch) => _clock.Heard(new NodeId(node), Epoch + sinceEpoch);

    private void Advance(long millis, long own)
    {
        _micros += millis * 1_000;
        _clock.Advance(_micros, Epoch + own);
    }
}
