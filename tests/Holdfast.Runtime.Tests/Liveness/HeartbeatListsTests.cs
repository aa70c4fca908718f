using Holdfast.Primitives;
using Holdfast.Runtime.Liveness;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Tests.Liveness;

public class HeartbeatListsTests
{
    private readonly HeartbeatLists _lists = new(limit: 2);

    [Fact]
    public void The_oldest_list_is_forgotten_when_there_is_one_too_many()
    {
        _lists.Remember(1, Beats(1));
        _lists.Remember(2, Beats(1, 2));
        _lists.Remember(3, Beats(3));

        Assert.Null(_lists.Find(1));
        Assert.Equal(Beats(1, 2), _lists.Find(2)!.Heartbeats);
        Assert.Equal(Beats(3), _lists.Find(3)!.Heartbeats);
    }

    [Fact]
    public void A_list_that_takes_the_place_of_another_has_nothing_of_it()
    {
        _lists.Remember(1, Beats(1, 2, 3)).IsKnown = true;
        _lists.Remember(2, Beats(4));
        HeartbeatList shorter = _lists.Remember(3, Beats(5));
        HeartbeatList longer = _lists.Remember(4, Beats(6, 7));

        Assert.False(shorter.IsKnown);
        Assert.Equal(Beats(5), shorter.Heartbeats);
        Assert.Equal(Beats(6, 7), longer.Heartbeats);
    }

    [Fact]
    public void A_list_is_a_copy_of_what_it_was_given()
    {
        GroupHeartbeat[] given = Beats(1, 2);
        _lists.Remember(1, given);
        given[0] = default;

        Assert.Equal(Beats(1, 2), _lists.Find(1)!.Heartbeats);
    }

    [Fact]
    public void Nothing_is_remembered_after_all_was_forgotten()
    {
        _lists.Remember(1, Beats(1));
        _lists.Clear();
        Assert.Null(_lists.Find(1));

        _lists.Remember(2, Beats(2));
        _lists.Remember(1, Beats(3));

        Assert.Equal(Beats(2), _lists.Find(2)!.Heartbeats);
        Assert.Equal(Beats(3), _lists.Find(1)!.Heartbeats);
    }

    [Fact]
    public void Lists_that_take_turns_allocate_nothing()
    {
        GroupHeartbeat[] beats = Beats(1, 2, 3);
        Remember(beats, 10);
        var managed = ManagedBytes.Begin();

        Remember(beats, 1_000);

        Assert.Equal(0, managed.Allocated);
    }

    private void Remember(GroupHeartbeat[] beats, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            _lists.Remember((count << 32) + i, beats);
        }
    }

    private static GroupHeartbeat[] Beats(params uint[] groups) =>
        [.. groups.Select(group => new GroupHeartbeat(new GroupId(group), new ReplicaId(1), new ReplicaId(2), new Term(1), 9))];
}
