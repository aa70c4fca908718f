using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Membership;

public sealed class MembershipHistoryTests
{
    private static readonly Configuration First = new([new(1)]);
    private static readonly Configuration Second = new([new(1), new(2)]);
    private static readonly Configuration Third = new([new(1), new(2), new(3)]);

    [Fact]
    public void The_last_configuration_in_the_log_is_in_force_and_truncation_brings_the_one_before_back()
    {
        var history = new MembershipHistory(new SnapshotMeta(default, First));
        history.Append(new(4), Second);
        Assert.Equal((Second, new LogIndex(4)), (history.Current, history.CurrentIndex));
        Assert.False(history.Truncate(new(5)));
        Assert.True(history.Truncate(new(4)));
        Assert.Equal((First, LogIndex.Zero), (history.Current, history.CurrentIndex));
    }

    [Fact]
    public void The_configuration_at_an_index_is_known_until_it_is_forgotten()
    {
        var history = new MembershipHistory(new SnapshotMeta(default, First));
        history.Append(new(4), Second);
        history.Append(new(8), Third);
        Assert.Equal([First, First, Second, Second, Third], new ulong[] { 0, 3, 4, 7, 8 }.Select(index => history.At(new(index))));
        history.Compact(new(5));
        Assert.Equal(Second, history.At(new(5)));
        Assert.Throws<InvariantViolationException>(() => history.At(new(3)));
    }
}
