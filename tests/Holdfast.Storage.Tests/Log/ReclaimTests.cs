using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

public sealed class ReclaimTests
{
    private readonly LogHarness _h = new LogHarness().Recover();

    [Fact]
    public void Segments_that_nobody_needs_are_recycled_so_a_busy_log_stays_small()
    {
        for (ulong i = 1; i <= 200; i++)
        {
            Write(1, i);
            _h.Release(1, i);
            _h.Upkeep();
        }

        Assert.InRange(_h.Log.SegmentCount, 1, 4);
        Assert.Equal(_h.Disk.Names.Sum(name => _h.Disk.Bytes(name).Length), _h.Log.RetainedBytes);
        Assert.Equal(_h.Disk.Names.Count, _h.Log.SegmentCount);
        Assert.NotEqual(LogVerdict.Damaged, _h.Recover().Recovered.Verdict);
        Assert.Equal(LogHarness.EntriesLine(1, 200, 200, Text(200)), _h.Records[^1]);
    }

    [Fact]
    public void A_recycled_segment_gives_out_nothing_of_its_earlier_life()
    {
        for (ulong i = 1; i <= 50; i++)
        {
            Write(1, i);
            _h.Release(1, i);
            _h.Upkeep();
        }

        _h.Recover();

        Assert.Equal(_h.Records.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).Count(), _h.Records.Count);
        Assert.All(_h.Records, record => Assert.StartsWith("1 ", record, StringComparison.Ordinal));
        Assert.NotEqual(LogVerdict.Damaged, _h.Recovered.Verdict);
    }

    [Fact]
    public void A_segment_goes_only_after_a_header_that_lets_go_of_it_is_durable()
    {
        Write(1, 1);
        Write(1, 2);
        Write(1, 3);
        Write(1, 4);
        IReadOnlyList<string> segments = _h.Segments;
        _h.Release(1, 4);
        _h.Upkeep();
        Assert.Equal(segments, _h.Segments.Intersect(segments, StringComparer.Ordinal));

        Assert.True(_h.Log.NeedsSeal);
        _h.Seal();
        _h.Upkeep();

        Assert.DoesNotContain(segments[1], _h.Segments);
    }

    [Fact]
    public void An_idle_group_that_pins_the_oldest_segment_is_named_and_can_be_written_again()
    {
        _h.State(7, "vote");
        _h.Flush();
        for (ulong i = 1; i <= 10; i++)
        {
            Write(1, i);
            _h.Release(1, i);
        }

        LogPin pin = Assert.Single(Pins());
        Assert.Equal(new LogPin(new GroupId(7), ByState: true, ByEntries: false, LogIndex.Zero), pin);
        int before = _h.Log.SegmentCount;

        _h.State(7, "vote");
        _h.Flush();
        _h.Upkeep();

        Assert.True(_h.Log.SegmentCount < before);
        Assert.Contains("7 state vote", _h.Recover().Records);
    }

    [Fact]
    public void Entries_that_pin_the_oldest_segment_are_named_with_the_last_of_them()
    {
        _h.Entries(7, 10, 12, "old");
        _h.Flush();
        for (ulong i = 1; i <= 4; i++)
        {
            Write(1, i);
        }

        Assert.Contains(new LogPin(new GroupId(7), ByState: false, ByEntries: true, new LogIndex(12)), Pins());
        _h.Release(7, 11);
        Assert.Contains(Pins(), pin => pin.Group == new GroupId(7));
        _h.Release(7, 12);
        Assert.DoesNotContain(Pins(), pin => pin.Group == new GroupId(7));
    }

    [Fact]
    public void Entries_that_were_replaced_keep_no_segment()
    {
        _h.Entries(7, 10, 12, "old");
        _h.Flush();
        Write(1, 1);
        Write(1, 2);
        _h.Entries(7, 10, 10, "new");
        _h.Flush();

        Assert.DoesNotContain(Pins(), pin => pin.Group == new GroupId(7));
    }

    [Fact]
    public void Entries_can_be_removed_without_others_in_their_place()
    {
        _h.Entries(7, 10, 12, "old");
        _h.Entries(7, 11, 10, "");
        _h.Flush();

        Assert.Equal(["7 10..12 old", "7 11..10 "], _h.Recover().Records);
    }

    [Fact]
    public void A_forgotten_group_keeps_nothing_not_even_what_is_still_pending()
    {
        _h.State(7, "vote");
        _h.Entries(7, 1, 1, "e");
        _h.Flush();
        _h.State(7, "vote again");
        _h.Log.Forget(new GroupId(7));
        _h.Flush();
        Write(1, 1);
        Write(1, 2);
        _h.Release(1, 2);
        _h.Seal();
        _h.Upkeep();

        Assert.DoesNotContain("log/0/0000000000000001.segment", _h.Segments);
        Assert.Empty(Pins());
    }

    [Fact]
    public void With_a_thousand_idle_groups_beside_a_busy_one_the_log_stays_within_its_bounds()
    {
        for (uint group = 2; group <= 1_000; group++)
        {
            _h.State(group, "vote");
        }

        _h.Flush();
        for (ulong i = 1; i <= 100; i++)
        {
            Write(1, i);
            _h.Release(1, i);
            foreach (LogPin pin in Pins())
            {
                _h.State(pin.Group.Value, "vote");
            }

            if (_h.Log.PendingBytes > 0)
            {
                _h.Flush();
            }

            _h.Upkeep();
        }

        Assert.InRange(_h.Log.SegmentCount, 1, 8);
        Assert.Equal(999, _h.Recover().Records.Where(record => record.EndsWith("state vote", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_next_segment_is_made_ahead_and_a_rotation_then_creates_nothing()
    {
        _h.Upkeep();
        int syncs = _h.Disk.Syncs;
        Write(1, 1);
        Assert.Equal(1, _h.Disk.Syncs - syncs);
        Assert.Single(_h.Segments);
        _h.Upkeep();
        Assert.Equal(2, _h.Segments.Count);
        int steps = _h.Disk.Steps;

        Write(1, 2);

        Assert.Equal(2, _h.Disk.Steps - steps); // one write, one sync
        Assert.Equal(2, _h.Segments.Count);
    }

    [Fact]
    public void A_log_that_outruns_its_upkeep_goes_on_and_loses_nothing()
    {
        LogUpkeep late = _h.Log.TakeUpkeep()!;
        Write(1, 1);
        Write(1, 2);
        _h.Execute(late);
        _h.Log.Complete(late);
        Write(1, 3);
        _h.Upkeep();

        Assert.Equal(["1..1", "2..2", "3..3"], _h.Recover().Records.Select(record => record.Split(' ')[1]));
        Assert.NotEqual(LogVerdict.Damaged, _h.Recovered.Verdict);
    }

    [Fact]
    public void Upkeep_that_fails_is_not_the_end_and_is_tried_again()
    {
        _h.Disk.Capacity = 10;
        _h.Upkeep();
        Assert.Null(_h.Log.Failure);
        _h.Disk.Capacity = long.MaxValue;
        _h.Upkeep();
        int syncs = _h.Disk.Steps;
        Write(1, 1);
        Assert.Equal(2, _h.Disk.Steps - syncs);
    }

    private static string Text(ulong i) => new('x', 2500 + (int)(i % 7));

    private void Write(uint group, ulong index)
    {
        _h.Entries(group, index, index, Text(index));
        _h.Flush();
    }

    private List<LogPin> Pins()
    {
        List<LogPin> pins = [];
        _h.Log.CollectPins(pins, bytes: 0);
        return pins;
    }
}
