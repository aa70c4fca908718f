namespace Holdfast.Primitives.Tests;

public class InvariantTests
{
    [Fact]
    public void A_condition_that_holds_changes_nothing()
    {
        Invariant.Require(true, "water is wet");
        Invariant.Require(true, $"water is {Unbuilt()}");
    }

    [Fact]
    public void A_broken_invariant_names_the_rule_and_the_place()
    {
        InvariantViolationException broken = Assert.Throws<InvariantViolationException>(() => Invariant.Require(false, "water is wet"));
        Assert.Matches(@"^invariant broken: water is wet \(InvariantTests\.cs:\d+\)$", broken.Message);
    }

    [Fact]
    public void A_message_with_values_is_built_when_the_invariant_breaks()
    {
        InvariantViolationException broken = Assert.Throws<InvariantViolationException>(() => Invariant.Require(false, $"{1 + 1} is {3}"));
        Assert.StartsWith("invariant broken: 2 is 3 (", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_reached_stops_the_node() =>
        Assert.Throws<InvariantViolationException>(() => Invariant.Unreachable("here"));

    private static string Unbuilt() => throw new InvalidOperationException("a message is built only when its invariant is broken");
}
