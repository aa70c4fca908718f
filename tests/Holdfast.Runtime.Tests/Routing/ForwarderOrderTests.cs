using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;

namespace Holdfast.Runtime.Tests.Routing;

public class ForwarderOrderTests
{
    private static readonly Term First = new(1);
    private static readonly Term Second = new(2);
    private ForwarderOrder _order;

    [Fact]
    public void Writes_are_taken_one_after_the_other()
    {
        Assert.True(Takes(1, 1, First));
        Assert.True(Takes(2, 1, First));
        Assert.True(Takes(3, 2, First));
        Assert.False(_order.IsTurnOf(new SessionNumber(7, 5, 2), First));
        Assert.True(Takes(4, 2, First));
        Assert.True(Takes(5, 2, First));
    }

    [Fact]
    public void A_write_waits_for_one_that_was_refused_unless_that_was_answered()
    {
        Assert.True(Takes(1, 1, First));
        Assert.False(Takes(3, 2, First));
        Assert.True(Takes(3, 3, First));
    }

    [Fact]
    public void A_write_that_is_sent_again_is_taken_again_and_those_after_it_go_on()
    {
        Assert.True(Takes(1, 1, First));
        Assert.True(Takes(2, 1, First));
        Assert.True(Takes(1, 1, First));
        Assert.True(Takes(3, 1, First));
    }

    [Fact]
    public void What_was_taken_in_another_term_may_be_lost_and_has_to_come_again()
    {
        Assert.True(Takes(1, 1, First));
        Assert.True(Takes(2, 1, First));
        Assert.False(Takes(3, 1, Second));
        Assert.True(Takes(1, 1, Second));
        Assert.True(Takes(2, 1, Second));
        Assert.True(Takes(3, 1, Second));
    }

    [Fact]
    public void Another_session_begins_anew()
    {
        Assert.True(Takes(1, 1, First));
        Assert.False(_order.IsTurnOf(new SessionNumber(8, 2, 1), First));
        Assert.True(_order.IsTurnOf(new SessionNumber(8, 1, 1), First));
    }

    private bool Takes(ulong sequence, ulong lowestOpen, Term term)
    {
        var number = new SessionNumber(7, sequence, lowestOpen);
        if (!_order.IsTurnOf(number, term))
        {
            return false;
        }

        _order.Took(number, term);
        return true;
    }
}
