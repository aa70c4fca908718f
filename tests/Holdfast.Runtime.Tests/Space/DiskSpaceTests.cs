using Holdfast.Runtime.Space;

namespace Holdfast.Runtime.Tests.Space;

public class DiskSpaceTests
{
    private const long Segment = 1000;
    private const long Small = 100;
    private readonly DiskSpace _space;
    private long _snapshots;

    public DiskSpaceTests() => _space = new DiskSpace(Segment, Segment / 16, () => _snapshots);

    [Fact]
    public void Before_the_disk_was_looked_at_everything_fits()
    {
        Assert.False(_space.IsLow);
        Assert.Equal(Segment, _space.Grant(Segment, Small, isAwaited: true));
    }

    [Fact]
    public void What_was_taken_since_the_disk_was_looked_at_counts_and_what_was_settled_before_does_not_count_twice()
    {
        _space.Measured(50_000, _space.Settled);
        _space.Take(2000);
        _space.Take(3000);
        Assert.Equal(45_000, _space.Free);

        // The first is on the disk when it is looked at, the other is perhaps.
        _space.Settle(2000);
        long settled = _space.Settled;
        _space.Settle(3000);
        _space.Measured(46_000, settled);

        Assert.Equal(43_000, _space.Free);
        _space.Measured(45_000, _space.Settled);
        Assert.Equal(45_000, _space.Free);
    }

    [Fact]
    public void Space_is_low_when_less_is_free_than_the_snapshots_need_and_four_segments()
    {
        _snapshots = 20_000;
        _space.Measured(24_000, 0);
        Assert.False(_space.IsLow);
        _space.Take(1);
        Assert.True(_space.IsLow);
    }

    [Fact]
    public void The_log_leaves_what_the_snapshots_need_and_what_its_own_entries_will_add_to_them()
    {
        _snapshots = 20_000;
        _space.Measured(20_000 + (3 * Segment), 0);
        Assert.Equal(Segment, _space.Grant(Segment, Small, isAwaited: true));
        Assert.Equal(Small, _space.Grant(Segment, Small, isAwaited: true));
        _space.Measured(20_000 + Small + (2 * (Segment / 16)) - 1, _space.Settled + Segment + Small);
        Assert.Equal(0, _space.Grant(Segment, Small, isAwaited: true));
    }

    [Fact]
    public void The_log_is_asked_how_much_the_snapshots_need_when_it_wants_more()
    {
        _space.Measured(20_000, 0);
        _snapshots = 20_000;
        Assert.Equal(0, _space.Grant(Segment, Small, isAwaited: true));
    }

    [Fact]
    public void The_log_may_dip_into_what_is_kept_once_when_told_so_and_only_into_what_there_is()
    {
        _snapshots = 20_000;
        _space.Measured(Small, 0);
        _space.LetDip(true);
        Assert.Equal(Small, _space.Grant(Segment, Small, isAwaited: true));
        _space.LetDip(true);
        Assert.Equal(0, _space.Grant(Segment, Small, isAwaited: true));
        _space.Measured(10 * Small, _space.Settled + Small);
        Assert.Equal(0, _space.Grant(Segment, Segment, isAwaited: false));
        Assert.Equal(Small, _space.Grant(Segment, Small, isAwaited: true));
        Assert.Equal(0, _space.Grant(Segment, Small, isAwaited: true));
    }
}
