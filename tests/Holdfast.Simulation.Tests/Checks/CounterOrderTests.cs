using static Holdfast.Simulation.Tests.Histories;

namespace Holdfast.Simulation.Tests;

public class CounterOrderTests
{
    [Fact]
    public void Sums_that_grow_are_accepted_and_those_of_unknown_outcome_may_count() => Assert.Null(Check(
        GetAbsent(1, 2),
        Increment(1, 9, 1, 2, 2),
        Increment(2, 8, 1, 1, 1),
        Increment(3, 9, 1, 0, 0).Lost(),
        Increment(3, 9, 1, 0, 0).Lost(),
        Get(10, 11, "3", 3)));

    [Fact]
    public void One_sum_given_twice_is_found() =>
        Assert.Contains("both gave", Check(Increment(1, 2, 1, 1, 1), Increment(3, 4, 1, 1, 1)));

    [Fact]
    public void An_increment_that_counted_twice_is_found() =>
        Assert.Contains("came to 2", Check(Increment(1, 2, 1, 1, 1), Get(3, 4, "2", 2)));

    [Fact]
    public void An_increment_of_unknown_outcome_counts_at_most_once() => Assert.Contains("came to 2", Check(
        Increment(1, 2, 1, 0, 0).Lost(),
        Get(3, 4, "2", 2)));

    [Fact]
    public void A_refused_increment_does_not_count() =>
        Assert.Contains("came to 1", Check(Increment(1, 2, 1, 0, 0).NotApplied(), Get(3, 4, "1", 1)));

    [Fact]
    public void A_lost_increment_is_found_by_whoever_reads_after_it() =>
        Assert.Contains("went back", Check(Increment(1, 2, 1, 1, 1), GetAbsent(3, 4)));

    private static string? Check(params ClientOperation[] operations) => CounterOrder.Check("k", operations);
}
