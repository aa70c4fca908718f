using Holdfast.Api;
using static Holdfast.Simulation.Tests.Histories;

namespace Holdfast.Simulation.Tests;

public class LinearizabilityCheckerTests
{
    private static readonly ClientOperation First = Put(1, 2, "a", 1, created: true);

    public static TheoryData<string, ClientOperation[]> Linearizable => new()
    {
        { "nothing at all", [] },
        { "a read of what was never written", [GetAbsent(1, 2)] },
        { "a read during a put sees the old value", [First, Put(3, 6, "b", 2), Get(4, 5, "a", 1)] },
        { "a read during a put sees the new value", [First, Put(3, 6, "b", 2), Get(4, 5, "b", 2)] },
        { "overlapping puts take effect in either order", [First, Put(3, 6, "b", 3), Put(4, 5, "c", 2), Get(7, 8, "b", 3)] },
        { "a lost put takes effect at once", [First, Put(3, 0, "b", 0).Lost(), Get(4, 5, "b", 2)] },
        { "a lost put takes effect late", [First, Put(3, 0, "b", 0).Lost(), Get(4, 5, "a", 1), Get(6, 7, "b", 2)] },
        { "a lost put never takes effect", [First, Put(3, 0, "b", 0).Lost(), Get(4, 5, "a", 1), Put(6, 7, "c", 2), Get(8, 9, "c", 2)] },
        { "a lost put that nobody saw left a gap in the revisions", [First, Put(3, 0, "b", 0).Lost(), Put(4, 5, "c", 3)] },
        { "a lost append shows in a later length", [First, Append(3, 0, "b", 0, 0).Lost(), Append(4, 5, "c", 3, 3), Get(6, 7, "abc", 3)] },
        { "a lost delete explains an absent key", [First, Delete(3, 0, 0).Lost(), GetAbsent(4, 5)] },
        { "a lost conditional put met a condition that only it could meet", [First, Put(3, 0, "b", 0).IfRevision(1).Lost(), Get(4, 5, "b", 2)] },
        { "appends and increments add up", [Increment(1, 2, 5, 1, 5, created: true), Append(3, 4, "0", 2, 2), Increment(5, 6, -8, 3, 42), Get(7, 8, "42", 3)] },
        { "a deleted key begins anew", [First, Delete(3, 4, 2), Delete(5, 6, 0, deleted: 0), Append(7, 8, "z", 3, 1, created: true)] },
        { "a refused condition tells the revision", [First, Put(3, 4, "b", 1).IfAbsent().Refused(FaultCode.ConditionFailed)] },
        { "a refused increment saw text", [First, Increment(3, 4, 1, 0, 0).Refused(FaultCode.NotAnInteger)] },
        { "a revision that only a lost put can have made", [First, Put(3, 0, "b", 0).Lost(), Put(4, 5, "c", 7).IfRevision(4).Refused(FaultCode.ConditionFailed) with { Revision = 6 }, Get(6, 7, "b", 6)] },
        { "what was not applied is nowhere", [First, Put(3, 4, "b", 0).NotApplied(), Get(5, 6, "a", 1)] },
    };

    public static TheoryData<string, ClientOperation[]> NotLinearizable => new()
    {
        { "a stale read", [First, Put(3, 4, "b", 2), Get(5, 6, "a", 1)] },
        { "a value from nowhere", [First, Get(3, 4, "x", 1)] },
        { "an acknowledged put is lost", [First, GetAbsent(3, 4)] },
        { "a read goes back during one put", [First, Put(3, 9, "b", 2), Get(4, 5, "b", 2), Get(6, 7, "a", 1)] },
        { "what was not applied is seen", [First, Put(3, 4, "b", 0).NotApplied(), Get(5, 6, "b", 2)] },
        { "a lost put is seen before it was sent", [First, Get(3, 4, "b", 2), Put(5, 0, "b", 0).Lost()] },
        { "a lost put is undone", [First, Put(3, 0, "b", 0).Lost(), Get(4, 5, "b", 2), Get(6, 7, "a", 1)] },
        { "a lost append is applied twice", [First, Append(3, 0, "b", 0, 0).Lost(), Get(4, 5, "abb", 3)] },
        { "two conditional puts win on one revision", [First, Put(3, 6, "b", 2).IfRevision(1), Put(4, 5, "c", 3).IfRevision(1)] },
        { "two creations of one key", [First, Put(3, 4, "b", 2).IfAbsent() with { Created = true }] },
        { "a put claims to have created what was there", [First, Put(3, 4, "b", 2, created: true)] },
        { "an increment is lost", [Increment(1, 2, 1, 1, 1, created: true), Increment(3, 4, 1, 2, 2), Increment(5, 6, 1, 3, 2)] },
        { "an append tells the wrong length", [First, Append(3, 4, "b", 2, 3)] },
        { "the right value under the wrong revision", [First, Get(3, 4, "a", 2)] },
        { "a revision that does not grow", [First, Put(3, 4, "b", 1)] },
        { "a condition is refused that held", [First, Put(3, 4, "b", 1).IfRevision(1).Refused(FaultCode.ConditionFailed)] },
        { "an integer is refused", [Increment(1, 2, 1, 1, 1, created: true), Increment(3, 4, 1, 0, 0).Refused(FaultCode.NotAnInteger)] },
        { "a delete of nothing claims to have deleted", [Delete(1, 2, 1)] },
        { "a delete of something claims to have found nothing", [First, Delete(3, 4, 0, deleted: 0)] },
    };

    [Theory]
    [MemberData(nameof(Linearizable))]
    public void A_history_with_an_order_is_accepted(string what, ClientOperation[] history)
    {
        LinearizabilityResult result = LinearizabilityChecker.Check(history);

        Assert.True(result.Broken is null, $"{what}: {result.Broken}");
        Assert.Empty(result.Undecided);
    }

    [Theory]
    [MemberData(nameof(NotLinearizable))]
    public void A_history_without_an_order_is_refused(string what, ClientOperation[] history) =>
        Assert.True(LinearizabilityChecker.Check(history).Broken is not null, what);

    [Fact]
    public void The_explanation_names_the_first_answer_that_no_order_explains()
    {
        string? broken = LinearizabilityChecker.Check([First, Put(3, 4, "b", 2), Get(5, 6, "a", 1), Get(7, 8, "b", 2), Put(9, 10, "c", 3)]).Broken;

        Assert.Contains("'k' once this was answered:", broken);
        Assert.Contains("Get 'k' -> 'a' r1", broken!.Split('\n')[1]);
        Assert.Contains("then the key is 'b' r2", broken);
        Assert.DoesNotContain("'c'", broken);
    }

    [Fact]
    public void Keys_are_independent()
    {
        ClientOperation[] good = [First, Get(3, 4, "a", 1)];
        ClientOperation[] bad = [First with { Key = "other" }, GetAbsent(3, 4) with { Key = "other" }];

        Assert.Null(LinearizabilityChecker.Check(good).Broken);
        Assert.Contains("'other'", LinearizabilityChecker.Check([.. good, .. bad]).Broken);
    }

    [Fact]
    public void A_search_that_grows_too_large_is_given_up_and_says_so()
    {
        // Many lost appends in every order, and one answer that none of them explains.
        ClientOperation[] history =
            [.. Enumerable.Range(0, 12).Select(i => Append(1 + i, 0, $"{i};", 0, 0).Lost()), Get(50, 51, "nothing like it", 99)];

        LinearizabilityResult result = LinearizabilityChecker.Check(history, limit: 1_000);

        Assert.Null(result.Broken);
        Assert.Equal(["k"], result.Undecided);
    }
}
