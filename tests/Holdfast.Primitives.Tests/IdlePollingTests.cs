namespace Holdfast.Primitives.Tests;

public sealed class IdlePollingTests
{
    private const long Max = 1_000;

    private readonly IdlePolling _polling = new(Max);
    private long _now = 5_000_000;

    private long Window => _polling.WindowMicros(_now);

    [Fact]
    public void Nothing_is_polled_for_before_something_came_soon()
    {
        Assert.Equal(0, Window);
        _polling.Slept(Max + 1, somethingCame: true);
        Assert.Equal(0, Window);
    }

    [Fact]
    public void What_came_soon_after_falling_asleep_widens_the_window_up_to_the_bound()
    {
        long[] windows = new long[7];
        for (int i = 0; i < windows.Length; i++)
        {
            _polling.Slept(Max, somethingCame: true);
            windows[i] = Window;
        }

        Assert.Equal([50, 100, 200, 400, 800, Max, Max], windows);
    }

    [Fact]
    public void What_a_window_would_have_caught_already_does_not_widen_it()
    {
        Widen();
        _polling.Slept(Max, somethingCame: true);
        Assert.Equal(Max, Window);

        var polling = new IdlePolling(Max);
        polling.Slept(60, somethingCame: true);
        polling.Slept(40, somethingCame: true);
        Assert.Equal(50, polling.WindowMicros(_now));
    }

    [Fact]
    public void What_lets_wait_for_long_narrows_the_window_until_there_is_none()
    {
        Widen();
        List<long> windows = [];
        while (Window > 0)
        {
            _polling.Slept(50_000, somethingCame: true);
            windows.Add(Window);
        }

        Assert.Equal([500, 250, 125, 62, 0], windows);
    }

    [Fact]
    public void Heartbeats_in_pairs_are_hardly_polled_for()
    {
        long polled = 0;
        for (int i = 0; i < 100; i++)
        {
            polled += Window;
            _polling.Slept(50_000, somethingCame: true);
            polled += Window;
            _polling.Slept(300, somethingCame: true);
        }

        Assert.True(polled <= 100 * 50, $"{polled} us were polled in {100 * 50_300} us");
    }

    [Fact]
    public void A_time_to_wake_that_is_near_changes_nothing()
    {
        Widen();
        long before = Window;
        _polling.Slept(Max / 2, somethingCame: false);
        Assert.Equal(before, Window);

        var polling = new IdlePolling(Max);
        polling.Slept(Max / 2, somethingCame: false);
        Assert.Equal(0, polling.WindowMicros(_now));
    }

    [Fact]
    public void Short_work_of_others_on_the_core_does_not_end_polling()
    {
        Widen();
        Assert.True(_polling.MayGoOn(_now, awayMicros: 200));
        Assert.Equal(Max, Window);
    }

    [Fact]
    public void A_core_that_others_kept_is_left_to_them_for_ten_times_as_long()
    {
        Widen();
        Assert.False(_polling.MayGoOn(_now, awayMicros: 3_000));
        Assert.Equal(0, Window);
        _now += 29_999;
        Assert.Equal(0, Window);
        _now += 1;
        Assert.Equal(Max, Window);
    }

    [Fact]
    public void A_core_that_others_want_all_the_time_is_asked_for_ever_more_seldom()
    {
        Widen();
        List<long> bars = [];
        for (int i = 0; i < 8; i++)
        {
            bars.Add(BarAfter(looks: 5));
        }

        Assert.Equal([30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_000_000, 1_000_000], bars);
    }

    [Fact]
    public void A_core_that_is_away_now_and_then_does_not_end_polling()
    {
        Widen();
        Assert.Equal(30_000, BarAfter(looks: 5));
        for (int i = 0; i < 10; i++)
        {
            Look(1_000);
            Assert.True(_polling.MayGoOn(_now, awayMicros: 3_000));
            Assert.Equal(Max, Window);
        }

        // What was is forgotten.
        Assert.Equal(30_000, BarAfter(looks: 5));
    }

    [Fact]
    public void A_process_that_stood_still_for_minutes_polls_again_a_second_later()
    {
        Widen();
        Assert.False(_polling.MayGoOn(_now, awayMicros: 300_000_000));
        _now += 1_000_000;
        Assert.Equal(Max, Window);
    }

    [Fact]
    public void A_bound_below_the_first_window_is_kept()
    {
        var polling = new IdlePolling(maxMicros: 20);
        polling.Slept(10, somethingCame: true);
        Assert.Equal(20, polling.WindowMicros(_now));
    }

    [Fact]
    public void A_bound_of_zero_never_polls()
    {
        var polling = new IdlePolling(maxMicros: 0);
        polling.Slept(1, somethingCame: true);
        polling.Slept(0, somethingCame: true);
        Assert.Equal(0, polling.WindowMicros(_now));
    }

    /// <summary>How long nothing is polled for after so many looks, and one that gave the core away for 3 ms.</summary>
    private long BarAfter(int looks)
    {
        Look(looks);
        Assert.False(_polling.MayGoOn(_now, awayMicros: 3_000));
        long began = _now;
        while (Window == 0)
        {
            _now += 1_000;
        }

        return _now - began;
    }

    private void Look(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(_polling.MayGoOn(_now, awayMicros: 1));
        }
    }

    private void Widen()
    {
        while (Window < Max)
        {
            _polling.Slept(Max, somethingCame: true);
        }
    }
}
