using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Log;

public sealed class RaftLogTests
{
    [Fact]
    public void Entries_are_copied_and_come_back_as_they_were()
    {
        var log = new RaftLog(default);
        byte[] data = "one"u8.ToArray();
        log.Append(Id(1, 1), EntryKind.Command, data);
        data[0] = (byte)'X';
        Assert.Equal("1/1 Command \"one\"", log[new(1)].ToString());
    }

    [Fact]
    public void An_entry_that_does_not_follow_the_last_is_not_taken()
    {
        var log = new RaftLog(default);
        Assert.Throws<InvariantViolationException>(() => log.Append(Id(1, 2), EntryKind.NoOp, []));
        log.Append(Id(2, 1), EntryKind.NoOp, []);
        Assert.Throws<InvariantViolationException>(() => log.Append(Id(1, 2), EntryKind.NoOp, []));
    }

    [Fact]
    public void Nothing_committed_is_truncated()
    {
        RaftLog log = Filled(1, 1, 1);
        log.CommitTo(new(2));
        Assert.Throws<InvariantViolationException>(() => log.Truncate(new(2)));
        log.Truncate(new(3));
        Assert.Equal(Id(1, 2), log.Last);
    }

    [Fact]
    public void Bytes_follow_what_is_in_memory_and_what_is_uncommitted()
    {
        RaftLog log = Filled(1, 1, 1, 1);
        int size = log[new(1)].Size;
        Assert.Equal((4 * size, 4 * size), (log.Bytes, log.UncommittedBytes));
        log.Truncate(new(4));
        log.CommitTo(new(2));
        Assert.Equal((3 * size, size), (log.Bytes, log.UncommittedBytes));
        Apply(log);
        log.Compact(new(1));
        Assert.Equal((2 * size, size), (log.Bytes, log.UncommittedBytes));
    }

    [Fact]
    public void A_slice_keeps_to_its_bytes_but_has_at_least_one_entry()
    {
        RaftLog log = Filled(1, 1, 1);
        int size = log[new(1)].Size;
        Assert.Equal(1, log.Slice(new(1), new(3), 1, out int one).Length);
        Assert.Equal(size, one);
        Assert.Equal(2, log.Slice(new(1), new(3), (2 * size) + 1, out _).Length);
        Assert.True(log.Slice(new(4), new(3), 100, out _).IsEmpty);
    }

    [Fact]
    public void Committed_entries_are_delivered_once_and_in_order()
    {
        RaftLog log = Filled(1, 1, 1);
        log.CommitTo(new(2));
        Assert.Equal([new(1), new(2)], log.Deliver(1000).ToArray().Select(entry => entry.Id.Index));
        Assert.True(log.Deliver(1000).IsEmpty);
        Assert.Throws<InvariantViolationException>(() => log.AppliedTo(new(3)));
    }

    [Fact]
    public void What_is_forgotten_leaves_its_term_behind()
    {
        RaftLog log = Filled(1, 2, 3);
        log.CommitTo(new(3));
        Apply(log);
        log.Compact(new(2));
        Assert.Equal((Id(2, 2), new LogIndex(3), Id(3, 3)), (log.Base, log.First, log.Last));
        Assert.True(log.Contains(Id(2, 2)));
        Assert.False(log.Contains(Id(1, 1)));
        Assert.False(log.TryTerm(new(1), out _));
        Assert.Throws<InvariantViolationException>(() => log[new(2)]);
    }

    [Fact]
    public void Only_applied_entries_are_forgotten()
    {
        RaftLog log = Filled(1, 1);
        log.CommitTo(new(2));
        Assert.Throws<InvariantViolationException>(() => log.Compact(new(1)));
        Assert.Equal(LogIndex.Zero, log.IndexToForget(new(2), 0, 0));
        Apply(log);
        Assert.Equal(new LogIndex(1), log.IndexToForget(LogIndex.Zero, 0, log[new(1)].Size));
    }

    [Theory]
    [InlineData(0, 0, 100, 0)]
    [InlineData(3, 0, 100, 3)]
    [InlineData(3, 2, 100, 3)]
    [InlineData(4, 2, 100, 3)]
    [InlineData(3, 4, 100, 1)]
    [InlineData(9, 0, 100, 5)]
    [InlineData(0, 0, 3, 2)]
    [InlineData(1, 0, 3, 2)]
    [InlineData(3, 0, 3, 3)]
    [InlineData(3, 100, 3, 2)]
    [InlineData(3, 100, 100, 0)]
    public void What_all_hold_is_forgotten_down_to_the_lower_bound_and_what_exceeds_the_upper_one_in_any_case(
        ulong heldByAll, int least, int most, ulong forgotten)
    {
        RaftLog log = Filled(1, 1, 1, 1, 1);
        log.CommitTo(new(5));
        Apply(log);
        int size = log[new(1)].Size;
        Assert.Equal(new LogIndex(forgotten), log.IndexToForget(new(heldByAll), least * size, most * size));
    }

    /// <summary>The twin walks back entry by entry.</summary>
    [Fact]
    public void The_place_where_logs_could_meet_is_the_last_whose_term_is_not_above()
    {
        var random = new SeededRandom(5);
        for (int round = 0; round < 2_000; round++)
        {
            ulong term = 0;
            RaftLog log = Filled([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => term += (ulong)random.Next(3))]);
            EntryId position = Id((ulong)random.Next(8), (ulong)random.Next(15));

            LogIndex index = LogIndex.Min(position.Index, log.Last.Index);
            while (log.IdAt(index).Term > position.Term)
            {
                index = index.Previous;
            }

            Assert.Equal(log.IdAt(index), log.LastNotAbove(position));
        }
    }

    [Fact]
    public void A_long_life_of_appends_truncations_and_compactions_keeps_every_entry_right()
    {
        var random = new SeededRandom(6);
        var log = new RaftLog(default);
        List<string> twin = [""];
        for (int round = 0; round < 20_000; round++)
        {
            if (random.Chance(0.02) && log.Last.Index > log.Commit)
            {
                var from = new LogIndex(log.Commit.Value + 1 + (ulong)random.Next((int)(log.Last.Index - log.Commit)));
                log.Truncate(from);
                twin.RemoveRange((int)from.Value, twin.Count - (int)from.Value);
            }
            else if (random.Chance(0.05))
            {
                log.CommitTo(new LogIndex(log.Commit.Value + (ulong)random.Next((int)(log.Last.Index - log.Commit) + 1)));
                Apply(log);
                log.Compact(log.IndexToForget(LogIndex.Zero, 0, 20_000));
            }
            else
            {
                string text = new((char)('a' + random.Next(26)), random.Next(random.Chance(0.01) ? 100_000 : 200));
                log.Append(new EntryId(new(1), log.Last.Index.Next), EntryKind.Command, Encoding.ASCII.GetBytes(text));
                twin.Add(text);
            }

            if (log.Last.Index >= log.First)
            {
                var probe = new LogIndex(log.First.Value + (ulong)random.Next((int)(log.Last.Index - log.First) + 1));
                Assert.Equal(twin[(int)probe.Value], Encoding.ASCII.GetString(log[probe].Data.Span));
            }
        }
    }

    internal static EntryId Id(ulong term, ulong index) => new(new(term), new(index));

    internal static RaftLog Filled(params ulong[] terms)
    {
        var log = new RaftLog(default);
        for (int i = 0; i < terms.Length; i++)
        {
            log.Append(Id(terms[i], (ulong)i + 1), EntryKind.Command, "data"u8);
        }

        return log;
    }

    private static void Apply(RaftLog log)
    {
        log.Deliver(int.MaxValue);
        log.AppliedTo(log.Delivered);
    }
}
