using Holdfast.Api;
using static Holdfast.Simulation.Tests.Histories;

namespace Holdfast.Simulation.Tests;

/// <summary>What histories of keys with deadlines have an order, and which have none.</summary>
public class DeadlineCheckTests
{
    [Fact]
    public void A_key_with_a_deadline_ends_by_itself()
    {
        LinearizabilityResult result = Check(Put(1, 2, "a", 1, created: true).Ending(from: 5), Get(3, 4, "a", 1).WithTimeToLive(), GetAbsent(5, 6));

        Assert.Null(result.Broken);
        Assert.Equal(1, result.Ended);
    }

    [Fact]
    public void A_key_without_a_deadline_does_not() => AssertBroken(Put(1, 2, "a", 1, created: true), GetAbsent(3, 4));

    [Fact]
    public void A_key_does_not_end_before_its_time() =>
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 5), GetAbsent(3, 4));

    [Fact]
    public void A_key_that_was_seen_to_have_ended_never_returns() =>
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 3), GetAbsent(3, 4), Get(5, 6, "a", 1).WithTimeToLive());

    [Fact]
    public void A_key_that_has_ended_is_created_again() => AssertSound(
        Put(1, 2, "a", 1, created: true).Ending(from: 3), Append(3, 4, "b", 2, 1, created: true), Get(5, 6, "b", 2));

    [Fact]
    public void A_condition_on_the_revision_fails_once_the_key_has_ended() => AssertSound(
        Put(1, 2, "a", 1, created: true).Ending(from: 3), Put(3, 4, "b", 0).IfRevision(1).Refused(FaultCode.ConditionFailed));

    [Fact]
    public void A_put_takes_the_deadline_away() =>
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 3), Put(3, 4, "b", 2), GetAbsent(5, 6));

    [Fact]
    public void A_put_that_keeps_the_deadline_lets_the_key_end() =>
        AssertSound(Put(1, 2, "a", 1, created: true).Ending(from: 3), Put(3, 4, "b", 2).Keeping(), GetAbsent(5, 6));

    [Fact]
    public void An_append_keeps_the_deadline() =>
        AssertSound(Put(1, 2, "a", 1, created: true).Ending(from: 3), Append(3, 4, "b", 2, 2), GetAbsent(5, 6));

    [Fact]
    public void An_expire_gives_a_deadline_or_takes_it_away()
    {
        AssertSound(Put(1, 2, "a", 1, created: true), Expire(3, 4, 2).Ending(from: 5), GetAbsent(5, 6));
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 5), Expire(3, 4, 2), GetAbsent(5, 6));
    }

    [Fact]
    public void To_drop_a_deadline_that_there_is_not_changes_nothing()
    {
        AssertSound(Put(1, 2, "a", 1, created: true), Expire(3, 4, 1, changed: 0));
        AssertBroken(Put(1, 2, "a", 1, created: true), Expire(3, 4, 2));
    }

    [Fact]
    public void A_lost_expire_may_let_a_key_end() =>
        AssertSound(Put(1, 2, "a", 1, created: true), Expire(3, 4, 2).Ending(from: 5).Lost(), GetAbsent(5, 6));

    [Fact]
    public void A_get_says_whether_the_key_has_a_deadline()
    {
        AssertBroken(Put(1, 2, "a", 1, created: true), Get(3, 4, "a", 1).WithTimeToLive());
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 9), Get(3, 4, "a", 1));
    }

    [Fact]
    public void A_deadline_that_was_told_stays_the_same_until_a_write()
    {
        ClientOperation put = Put(1, 2, "a", 1, created: true).Ending(from: 9);
        AssertSound(put, GetDeadline(3, 4, 7, 1), GetDeadline(5, 6, 7, 1));
        AssertBroken(put, GetDeadline(3, 4, 7, 1), GetDeadline(5, 6, 8, 1));
        AssertBroken(put, GetDeadline(3, 4, 0, 1));
        AssertBroken(Put(1, 2, "a", 1, created: true).EndingAt(7, from: 9), GetDeadline(3, 4, 8, 1));
    }

    [Fact]
    public void A_deadline_that_was_told_is_not_too_early() =>
        AssertBroken(Put(1, 2, "a", 1, created: true).Ending(from: 8 * VirtualTime.Millisecond), GetDeadline(3, 4, 7, 1));

    [Theory]
    [InlineData(RequestFlags.IfLasting, false, true)]
    [InlineData(RequestFlags.IfExpiring, true, false)]
    [InlineData(RequestFlags.IfLater, true, false)]
    [InlineData(RequestFlags.IfEarlier, false, true)]
    public void The_conditions_of_an_expire_hold_for_a_key_without_a_deadline_or_fail(RequestFlags condition, bool fails, bool meets)
    {
        ClientOperation put = Put(1, 2, "a", 1, created: true);
        Assert.Equal(meets, IsSound(put, Expire(3, 4, 2).Ending(from: 9).If(condition)));
        Assert.Equal(fails, IsSound(put, Expire(3, 4, 1).Ending(from: 9).If(condition).Refused(FaultCode.ConditionFailed)));
    }

    [Theory]
    [InlineData(RequestFlags.IfLasting, 8, true, false)]
    [InlineData(RequestFlags.IfExpiring, 8, false, true)]
    [InlineData(RequestFlags.IfLater, 8, false, true)]
    [InlineData(RequestFlags.IfLater, 7, true, false)]
    [InlineData(RequestFlags.IfEarlier, 7, true, false)]
    [InlineData(RequestFlags.IfEarlier, 6, false, true)]
    [InlineData(RequestFlags.IfExpiring | RequestFlags.IfEarlier, 6, false, true)]
    public void The_conditions_of_an_expire_hold_for_a_key_with_a_deadline_of_seven_or_fail(
        RequestFlags condition, long next, bool fails, bool meets)
    {
        ClientOperation put = Put(1, 2, "a", 1, created: true).EndingAt(7, from: 9);
        Assert.Equal(meets, IsSound(put, Expire(3, 4, 2).EndingAt(next, from: 9).If(condition)));
        Assert.Equal(fails, IsSound(put, Expire(3, 4, 1).EndingAt(next, from: 9).If(condition).Refused(FaultCode.ConditionFailed)));
    }

    [Fact]
    public void Where_a_deadline_was_not_told_a_later_one_may_be_an_earlier_one()
    {
        ClientOperation put = Put(1, 2, "a", 1, created: true).Ending(from: 9);
        AssertSound(put, Expire(3, 4, 2).EndingAt(7, from: 9).If(RequestFlags.IfLater));
        AssertSound(put, Expire(3, 4, 1).EndingAt(7, from: 9).If(RequestFlags.IfLater).Refused(FaultCode.ConditionFailed));
    }

    [Fact]
    public void A_put_whose_deadline_has_passed_leaves_nothing()
    {
        AssertSound(Put(1, 2, "a", 0).EndingAt(1, from: 1), GetAbsent(3, 4));
        AssertSound(Put(1, 2, "a", 1, created: true), Put(3, 4, "b", 2).EndingAt(1, from: 1), GetAbsent(5, 6));
        AssertBroken(Put(1, 2, "a", 1, created: true), Put(3, 4, "b", 0).EndingAt(1, from: 1));
    }

    [Fact]
    public void Deadlines_are_bounded_by_what_is_promised_until_the_clocks_are_lost()
    {
        const long Lost = 500 * VirtualTime.Second;
        ClientOperation put = Put(1, 2, "a", 1) with { InvokedAt = 100 * VirtualTime.Second, CompletedAt = 101 * VirtualTime.Second };
        long EndsFrom(Expiry expiry) => Assert.Single(DeadlineBound.Apply([put with { Expiry = expiry }], Lost)).EndsFrom;

        Assert.Equal(0, EndsFrom(Expiry.Never));
        Assert.InRange(EndsFrom(Expiry.After(100_000)), 170 * VirtualTime.Second, 190 * VirtualTime.Second);
        Assert.InRange(EndsFrom(Expiry.At(SimClock.EpochMs + 200_000)), 170 * VirtualTime.Second, 190 * VirtualTime.Second);
        Assert.InRange(EndsFrom(Expiry.At(1)), 0, 100 * VirtualTime.Second);
        Assert.Equal(Lost, EndsFrom(Expiry.After(100_000_000)));
        put = put with { CompletedAt = Lost };
        Assert.Equal(0, EndsFrom(Expiry.After(100_000_000)));
    }

    private static LinearizabilityResult Check(params ClientOperation[] history) => LinearizabilityChecker.Check(history);

    private static bool IsSound(params ClientOperation[] history) => Check(history).Broken is null;

    private static void AssertSound(params ClientOperation[] history) => Assert.Null(Check(history).Broken);

    private static void AssertBroken(params ClientOperation[] history) => Assert.NotNull(Check(history).Broken);
}
