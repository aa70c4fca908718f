using System.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Time;

public sealed class ExpiryTests : IDisposable
{
    private const ulong Now = 1_700_000_000_000;
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public ExpiryTests()
    {
        _keyspace = new Keyspace(_arena, Collect.Options);
        Apply(Command.Advance(Now, 1));
    }

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Group_time_is_the_highest_stamp_and_commands_without_one_leave_it()
    {
        Assert.Equal(Now, _keyspace.TimeMs);
        Apply(Stamped(Command.Put(Slot, "k"u8, "v"u8), Now + 5));
        Assert.Equal(Now + 5, _keyspace.TimeMs);
        Apply(Stamped(Command.Put(Slot, "k"u8, "v"u8), Now - 5));
        Apply(Command.Put(Slot, "k"u8, "v"u8));
        Assert.Equal(Now + 5, _keyspace.TimeMs);
        Apply(Stamped(Command.Flush(), Now + 6));
        Assert.Equal(Now + 6, _keyspace.TimeMs);
        Assert.Equal(ApplyStatus.InvalidKey, Apply(Stamped(Command.Put(Slot, [], "v"u8), Now + 7)).Status);
        Assert.Equal(Now + 7, _keyspace.TimeMs);
    }

    [Fact]
    public void A_key_is_there_until_the_ms_of_its_deadline_and_absent_for_all_from_then_on()
    {
        Apply(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.At(Now + 10)));
        Apply(Command.Advance(Now + 9, 0 + 1));
        Assert.Equal("v", Get("k"));
        Apply(Stamped(Command.Delete(Slot, "other"u8), Now + 10));
        Assert.False(_keyspace.TryGet(Slot, "k"u8, out _));
        Assert.Empty(_keyspace.ListAll());
        Assert.Empty(_keyspace.ScanAll(10));
        Assert.Equal(1, _keyspace.Count);
        Assert.Equal(ApplyStatus.ConditionFailed, Apply(Command.Put(Slot, "k"u8, "w"u8, Condition.Present)).Status);
        Assert.Equal(ApplyStatus.NotFound, Apply(Command.Delete(Slot, "k"u8)).Status);
        Assert.Equal(ApplyStatus.NotFound, Apply(Command.Expire(Slot, "k"u8, Expiry.None)).Status);
        Assert.Equal(1UL, _keyspace.Revision.Value);
    }

    [Fact]
    public void A_write_to_a_key_past_its_deadline_acts_as_on_an_absent_one()
    {
        foreach (string key in (string[])["put", "append", "increment"])
        {
            Apply(Command.Put(Slot, Encoding.ASCII.GetBytes(key), "7"u8, expiry: Expiry.After(1)));
        }

        ApplyResult put = Apply(Stamped(Command.Put(Slot, "put"u8, "1"u8, Condition.Absent, Expiry.Keep, CommandFlags.ReturnOldValue), Now + 1));
        Assert.Equal(ApplyStatus.Applied, put.Status);
        Assert.True(put.Created);
        Assert.False(put.Found);
        Assert.True(put.OldValue.IsEmpty);
        Assert.Equal(0UL, put.DeadlineMs);
        Assert.Equal(5UL, put.Revision.Value);
        Assert.Equal(1, Apply(Command.Append(Slot, "append"u8, "x"u8)).Length);
        Assert.Equal(2, Apply(Command.Increment(Slot, "increment"u8, 2)).Number);
        Assert.Equal([5UL, 7UL, 9UL], _keyspace.ListAll().Where(pair => pair.Deadline == 0).Select(pair => pair.Revision).Order());
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
        Assert.Equal(3, _keyspace.Count);
    }

    [Fact]
    public void A_put_takes_its_deadline_from_the_time_of_its_own_stamp()
    {
        ApplyResult result = Apply(Stamped(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.After(100)), Now + 50));
        Assert.Equal(Now + 150, result.DeadlineMs);
        Assert.Equal(Now + 150, _keyspace.NextDeadlineMs);
        Assert.Equal(ulong.MaxValue, Apply(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.After(ulong.MaxValue))).DeadlineMs);
        Assert.Equal("v", Get("k"));
    }

    [Fact]
    public void A_put_keeps_the_deadline_when_it_is_asked_to_and_else_takes_it_away()
    {
        Apply(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.At(Now + 10)));
        Assert.Equal(Now + 10, Apply(Command.Put(Slot, "k"u8, new byte[3000], expiry: Expiry.Keep)).DeadlineMs);
        Assert.Equal(0UL, Apply(Command.Put(Slot, "k"u8, "v"u8)).DeadlineMs);
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
    }

    [Fact]
    public void A_put_with_a_deadline_in_the_past_deletes_the_key()
    {
        Apply(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.At(Now + 10)));
        ApplyResult there = Apply(Command.Put(Slot, "k"u8, "w"u8, expiry: Expiry.At(Now), flags: CommandFlags.ReturnOldValue));
        Assert.Equal((ApplyStatus.Applied, true, 1L, 2UL), (there.Status, there.Changed, there.Deleted, there.Revision.Value));
        Assert.Equal("v"u8.ToArray(), there.OldValue.ToArray());
        ApplyResult absent = Apply(Command.Put(Slot, "k"u8, "w"u8, expiry: Expiry.At(0)));
        Assert.Equal((ApplyStatus.Applied, false, 0L, 0UL), (absent.Status, absent.Changed, absent.Deleted, absent.Revision.Value));
        Assert.False(Apply(Command.Put(Slot, "k"u8, "w"u8, expiry: Expiry.After(0))).Created);
        Assert.Equal(0, _keyspace.Count);
    }

    [Theory]
    [InlineData(DeadlineCondition.None, true, true, true)]
    [InlineData(DeadlineCondition.IfUnset, true, false, false)]
    [InlineData(DeadlineCondition.IfSet, false, true, true)]
    [InlineData(DeadlineCondition.IfLater, false, false, true)]
    [InlineData(DeadlineCondition.IfEarlier, true, true, false)]
    [InlineData(DeadlineCondition.IfSet | DeadlineCondition.IfLater, false, false, true)]
    [InlineData(DeadlineCondition.IfSet | DeadlineCondition.IfEarlier, false, true, false)]
    public void Conditions_on_deadlines_are_those_of_Redis(DeadlineCondition condition, bool unset, bool earlier, bool later)
    {
        Apply(Command.Put(Slot, "unset"u8, "v"u8));
        Apply(Command.Put(Slot, "earlier"u8, "v"u8, expiry: Expiry.At(Now + 101)));
        Apply(Command.Put(Slot, "later"u8, "v"u8, expiry: Expiry.At(Now + 99)));
        Apply(Command.Put(Slot, "same"u8, "v"u8, expiry: Expiry.At(Now + 100)));
        Assert.Equal(unset, Expire("unset"));
        Assert.Equal(earlier, Expire("earlier"));
        Assert.Equal(later, Expire("later"));
        Assert.Equal(condition is DeadlineCondition.None or DeadlineCondition.IfSet, Expire("same"));

        bool Expire(string key)
        {
            ulong before = _keyspace.Revision.Value;
            ApplyResult result = Apply(Command.Expire(Slot, Encoding.ASCII.GetBytes(key), Expiry.At(Now + 100), condition));
            Assert.Equal(result.Changed, _keyspace.Revision.Value != before);
            Assert.Equal(result.Changed ? ApplyStatus.Applied : ApplyStatus.ConditionFailed, result.Status);
            return result.Changed;
        }
    }

    [Fact]
    public void An_expire_gives_the_value_and_the_deadline_and_leaves_the_value_alone()
    {
        Apply(Command.Put(Slot, "k"u8, "value"u8));
        ApplyResult set = Apply(Command.Expire(Slot, "k"u8, Expiry.After(10), flags: CommandFlags.ReturnOldValue));
        Assert.Equal("value"u8.ToArray(), set.OldValue.ToArray());
        Assert.Equal((true, Now + 10, 2UL), (set.Found, set.DeadlineMs, set.Revision.Value));
        Assert.Equal("value", Get("k"));
        ApplyResult persisted = Apply(Command.Expire(Slot, "k"u8, Expiry.None));
        Assert.Equal((true, 0UL), (persisted.Changed, persisted.DeadlineMs));
        ApplyResult again = Apply(Command.Expire(Slot, "k"u8, Expiry.None));
        Assert.Equal((ApplyStatus.Applied, false, 3UL), (again.Status, again.Changed, again.Revision.Value));
        ApplyResult past = Apply(Command.Expire(Slot, "k"u8, Expiry.At(1), flags: CommandFlags.ReturnOldValue));
        Assert.Equal((true, 1L, 0UL), (past.Changed, past.Deleted, past.DeadlineMs));
        Assert.Equal("value"u8.ToArray(), past.OldValue.ToArray());
        Assert.Equal(0, _keyspace.Count);
    }

    [Fact]
    public void Deadlines_show_in_lists_and_scans_also_of_keys_only()
    {
        Apply(Command.Put(Slot, "k"u8, "v"u8, expiry: Expiry.At(Now + 10)));
        var collector = new Collector();
        _keyspace.List(new ListQuery { KeysOnly = true }, ref collector);
        Assert.Equal(Now + 10, Assert.Single(collector.Pairs).Deadline);
        Assert.Equal(Now + 10, Assert.Single(_keyspace.ScanAll(1)).Deadline);
    }

    [Fact]
    public void A_list_that_passes_over_many_expired_keys_can_stop_among_them_and_says_where_to_go_on()
    {
        for (int i = 0; i < 100; i++)
        {
            Apply(Command.Put(Slot, [(byte)i], "v"u8, expiry: i is 60 or 99 ? Expiry.None : Expiry.After(1)));
        }

        Apply(Stamped(Command.Delete(Slot, "absent"u8), Now + 1));
        var collector = new Collector();
        byte[] start = [];
        for (int calls = 1; ; calls++)
        {
            ListResult result = _keyspace.List(new ListQuery { Start = start, MaxSkipped = 25 }, ref collector);
            if (!result.More)
            {
                Assert.Equal(4, calls);
                break;
            }

            start = result.NextKey.ToArray();
            Assert.NotEmpty(start);
        }

        Assert.Equal([60, 99], collector.Pairs.Select(pair => (int)pair.Key[0]));
    }

    [Fact]
    public void A_clear_removes_expired_keys_but_counts_those_alone_that_were_there()
    {
        Apply(Command.Put(Slot, "a"u8, "v"u8, expiry: Expiry.After(1)));
        Apply(Command.Put(Slot, "b"u8, "v"u8));
        ApplyResult cleared = Apply(Stamped(Command.Clear([], [], 10), Now + 1));
        Assert.Equal((1L, 4UL), (cleared.Deleted, cleared.Revision.Value));
        Assert.Equal(0, _keyspace.Count);
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
    }

    private static Command Stamped(Command command, ulong stampMs)
    {
        command.StampMs = stampMs;
        return command;
    }

    private ApplyResult Apply(in Command command)
    {
        ApplyResult result = default;
        _keyspace.Apply(command, ref result);
        return result;
    }

    private string Get(string key)
    {
        Assert.True(_keyspace.TryGet(Slot, Encoding.ASCII.GetBytes(key), out ValueView view));
        return Encoding.ASCII.GetString(view.Value);
    }
}
