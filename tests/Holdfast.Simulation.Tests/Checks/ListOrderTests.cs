using Holdfast.Api;
using static Holdfast.Simulation.Tests.Histories;

namespace Holdfast.Simulation.Tests;

public class ListOrderTests
{
    [Fact]
    public void Appends_that_overlap_may_be_in_any_order_and_reads_see_beginnings() => Assert.Null(Check(
        Append(1, 9, "a;", 2, 4),
        Append(2, 8, "b;", 1, 2),
        Get(3, 4, "b;", 1),
        GetAbsent(1, 2),
        Get(10, 11, "b;a;", 2)));

    [Fact]
    public void An_append_of_unknown_outcome_may_be_there_or_not() => Assert.Null(Check(
        Append(1, 9, "a;", 0, 0).Lost(),
        Append(2, 8, "b;", 0, 0).Lost(),
        Get(10, 11, "b;", 1)));

    [Fact]
    public void An_append_that_took_effect_twice_is_found() =>
        Assert.Contains("twice", Check(Append(1, 2, "a;", 1, 2), Get(3, 4, "a;a;", 2)));

    [Fact]
    public void An_append_of_unknown_outcome_takes_effect_at_most_once() =>
        Assert.Contains("twice", Check(Append(1, 2, "a;", 0, 0).Lost(), Get(3, 4, "a;a;", 2)));

    [Fact]
    public void A_lost_append_is_found_by_whoever_reads_after_it() =>
        Assert.Contains("real time", Check(Append(1, 2, "a;", 1, 2), Append(3, 4, "b;", 2, 2), Get(5, 6, "b;", 2)));

    [Fact]
    public void A_refused_append_that_took_effect_is_found() =>
        Assert.Contains("nothing may have come", Check(Append(1, 2, "a;", 0, 0).NotApplied(), Get(3, 4, "a;", 1)));

    [Fact]
    public void A_read_that_is_no_beginning_of_another_is_found() => Assert.Contains("beginning", Check(
        Append(1, 9, "a;", 0, 0).Lost(),
        Append(1, 9, "b;", 0, 0).Lost(),
        Get(1, 9, "a;", 1),
        Get(1, 9, "b;a;", 2)));

    [Fact]
    public void A_read_that_goes_back_in_real_time_is_found() =>
        Assert.Contains("real time", Check(Append(1, 9, "a;", 1, 2), Get(2, 3, "a;", 1), GetAbsent(4, 5)));

    [Fact]
    public void Appends_out_of_the_order_of_real_time_are_found() =>
        Assert.Contains("real time", Check(Append(1, 2, "a;", 2, 4), Append(3, 4, "b;", 1, 2), Get(5, 6, "b;a;", 2)));

    [Fact]
    public void A_length_that_is_not_the_place_is_found() =>
        Assert.Contains("does not say", Check(Append(1, 2, "a;", 1, 9), Get(3, 4, "a;", 1)));

    [Fact]
    public void A_tag_of_nobody_is_found() => Assert.Contains("nobody", Check(Get(3, 4, "x;", 1)));

    private static string? Check(params ClientOperation[] operations) => ListOrder.Check("k", ListEvent.Of(operations, "k"));
}
