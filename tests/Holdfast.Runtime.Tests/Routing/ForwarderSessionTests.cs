using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;

namespace Holdfast.Runtime.Tests.Routing;

public class ForwarderSessionTests
{
    private readonly ForwarderSession _session = new(new SeededRandom(1));

    [Fact]
    public void The_second_number_is_taken_once_the_first_write_was_applied()
    {
        Assert.NotEqual(0UL, _session.Id);
        Assert.Equal(1UL, _session.Take());
        Assert.False(_session.CanTake);
        _session.Close(_session.Id, 1, wasApplied: true);

        Assert.True(_session.CanTake);
        Assert.Equal(2UL, _session.Take());
        Assert.Equal(3UL, _session.Take());
    }

    [Fact]
    public void A_first_write_that_was_not_applied_is_followed_by_the_first_of_another_session()
    {
        ulong old = _session.Id;
        _session.Take();
        _session.Close(old, 1, wasApplied: false);

        Assert.NotEqual(old, _session.Id);
        Assert.Equal(1UL, _session.Take());
    }

    [Fact]
    public void The_lowest_open_number_is_told_as_of_the_moment()
    {
        Begin();
        ulong second = _session.Take();
        ulong third = _session.Take();
        ulong fourth = _session.Take();
        Assert.Equal(new SessionNumber(_session.Id, fourth, second), _session.NumberOf(_session.Id, fourth));

        _session.Close(_session.Id, third, wasApplied: true);
        Assert.Equal(second, _session.NumberOf(_session.Id, fourth).LowestOpen);
        _session.Close(_session.Id, second, wasApplied: false);
        Assert.Equal(fourth, _session.NumberOf(_session.Id, fourth).LowestOpen);
        _session.Close(_session.Id, fourth, wasApplied: true);
        Assert.Equal(5UL, _session.LowestOpen);
    }

    [Fact]
    public void So_many_numbers_are_open_at_most()
    {
        Begin();
        for (int i = 0; i < ForwarderSession.MaxOpen; i++)
        {
            Assert.True(_session.CanTake);
            _session.Take();
        }

        Assert.False(_session.CanTake);
        Assert.Throws<InvariantViolationException>(() => _session.Take());
        for (ulong sequence = _session.Last; sequence > 2; sequence--)
        {
            _session.Close(_session.Id, sequence, wasApplied: true);
        }

        Assert.False(_session.CanTake);
        _session.Close(_session.Id, 2, wasApplied: true);
        Assert.Equal((_session.Last + 1, true, true), (_session.LowestOpen, _session.CanTake, _session.HasRoom));
        Assert.Throws<InvariantViolationException>(() => _session.Close(_session.Id, 2, wasApplied: true));
    }

    [Fact]
    public void What_was_sent_in_an_earlier_session_keeps_its_number_and_closes_none_of_this()
    {
        Begin();
        ulong old = _session.Id;
        ulong sequence = _session.Take();
        _session.Renew();
        Assert.True(_session.NumberOf(old, sequence).IsValid);
        Assert.Equal(old, _session.NumberOf(old, sequence).Session);

        _session.Take();
        _session.Close(old, sequence, wasApplied: true);
        Assert.Equal((1UL, false), (_session.LowestOpen, _session.IsBegun));
    }

    private void Begin() => _session.Close(_session.Id, _session.Take(), wasApplied: true);
}
