using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

/// <summary>A log that may not take as much of the disk as it wants.</summary>
public sealed class LogSpaceTests
{
    private const long Segment = 128 << 10;
    private const long Small = Segment / 16;
    private readonly GivenSpace _space = new();
    private readonly LogHarness _h;

    public LogSpaceTests()
    {
        _h = new LogHarness { Options = new LogOptions { Incarnation = LogHarness.Directory, SegmentBytes = Segment } }.Recover();
        _h.Log.Space = _space;
    }

    [Fact]
    public void A_batch_for_which_there_is_no_room_waits_until_there_is()
    {
        _space.Left = 0;
        _h.State(1, "a");
        ulong waitFor = _h.Log.PendingBatch;

        Assert.Null(_h.Log.TakeBatch());
        Assert.True(_h.Log.LacksRoom);
        _h.State(1, "b");
        Assert.Equal(waitFor, _h.Log.PendingBatch);
        _space.Left = Segment;
        _h.Flush();

        Assert.False(_h.Log.LacksRoom);
        Assert.Equal(waitFor, _h.Log.CompletedThrough);
        Assert.Equal(["1 state a", "1 state b"], _h.Recover().Records);
    }

    [Fact]
    public void Where_there_is_no_room_for_a_whole_segment_a_small_one_does()
    {
        _space.Left = Segment - 512;
        _h.State(1, "a");
        _h.Flush();

        Assert.Equal(Small, _h.Disk.Bytes(Assert.Single(_h.Segments)).Length);
        Assert.Equal(["1 state a"], _h.Recover().Records);
    }

    [Fact]
    public void A_large_batch_gets_a_small_segment_that_is_large_enough()
    {
        string text = new('x', 100 << 10);
        _space.Left = Segment - 512;
        _h.State(1, text);
        _h.Flush();

        Assert.InRange(_h.Disk.Bytes(Assert.Single(_h.Segments)).Length, text.Length, text.Length + 2048);
        Assert.Equal([$"1 state {text}"], _h.Recover().Records);
    }

    [Fact]
    public void No_segment_is_made_ahead_without_room()
    {
        _h.State(1, new string('x', (int)Segment / 2));
        _space.Left = Segment;
        _h.Flush();
        _h.Upkeep();

        Assert.Single(_h.Segments);
    }

    [Fact]
    public void A_header_that_frees_segments_goes_before_the_batch_that_waits_for_their_room()
    {
        ulong last = FillWithoutRoom();
        _h.Entries(1, last + 1, last + 1, "waits");
        ulong waitFor = _h.Log.PendingBatch;
        Assert.Null(_h.Log.TakeBatch());
        Assert.False(_h.Log.NeedsSeal);

        _h.Release(1, last);
        Assert.True(_h.Log.NeedsSeal);
        _h.Seal();
        Assert.False(_h.Log.NeedsSeal);
        Assert.Equal(waitFor - 1, _h.Log.CompletedThrough);
        _h.Upkeep();
        _h.Flush();

        Assert.Equal(waitFor, _h.Log.CompletedThrough);
        Assert.Equal(0, _space.Left);
        _h.Recover();
        Assert.NotEqual(LogVerdict.Damaged, _h.Recovered.Verdict);
        Assert.Equal(LogHarness.EntriesLine(1, last + 1, last + 1, "waits"), _h.Records[^1]);
    }

    [Fact]
    public void No_header_frees_what_a_batch_that_waits_forgets()
    {
        _ = FillWithoutRoom();
        _h.Log.Forget(new GroupId(1));
        Assert.Null(_h.Log.TakeBatch());
        Assert.False(_h.Log.NeedsSeal);
        Assert.Null(_h.Log.TakeSeal());

        _space.Left = Segment;
        _h.Flush();
        Assert.True(_h.Log.NeedsSeal);
    }

    [Fact]
    public void Headers_go_on_freeing_segments_while_a_batch_waits_that_needs_more_than_one()
    {
        ulong last = FillWithoutRoom();
        string text = new('y', (int)(2 * Segment));
        _h.Entries(2, 1, 1, text);
        Assert.Null(_h.Log.TakeBatch());
        for (ulong i = 1; i <= last; i++)
        {
            _h.Release(1, i);
            if (_h.Log.NeedsSeal)
            {
                _h.Seal();
                _h.Upkeep();
            }
        }

        // Not even one is kept to be used anew: it would not help.
        Assert.Single(_h.Segments);
        _space.Left = 3 * Segment;
        _h.Flush();
        Assert.Equal(LogHarness.EntriesLine(2, 1, 1, text), _h.Recover().Records[^1]);
    }

    [Fact]
    public void A_disk_that_was_too_full_for_a_segment_is_asked_for_a_smaller_one_next()
    {
        _h.Disk.Capacity = 4096;
        _space.Left = long.MaxValue;
        _h.State(1, "a");
        _h.Flush();
        Assert.True(_h.Log.LacksRoom);

        _h.Flush();

        Assert.False(_h.Log.LacksRoom);
        Assert.Equal(["1 state a"], _h.Recover().Records);
    }

    [Fact]
    public void A_restart_lets_go_of_void_entries_with_its_own_header()
    {
        string text = new('x', 100 << 10);
        _h.Entries(1, 1, 1, text);
        _h.Flush();
        _h.Entries(1, 2, 2, text);
        _h.Flush();
        Assert.Equal(2, _h.Segments.Count);

        // The snapshot is at 1, so 2 is void.
        _h.State(1, "restart");
        _h.Entries(1, 2, 1, "");
        _h.Release(1, 1);
        _h.Entries(1, 2, 2, text);
        _h.Flush();

        Assert.Equal(["1 state restart", "1 2..1 ", $"1 2..2 {text}"], _h.Recover().Records);
    }

    [Fact]
    public void A_segment_ahead_is_deleted_for_a_batch_whose_own_could_not_be_made()
    {
        _h.State(1, new string('x', (int)Segment / 2));
        _h.Flush();
        _h.Upkeep();
        Assert.Equal(2, _h.Segments.Count);

        _h.Disk.Capacity = (2 * Segment) + 1024;
        _h.State(2, new string('y', (int)Segment));
        _h.Flush();
        Assert.True(_h.Log.LacksRoom);
        _h.Upkeep();
        _h.Disk.Capacity += 4096;
        _h.Flush();

        Assert.False(_h.Log.LacksRoom);
        Assert.Equal(2, _h.Recover().Records.Count);
    }

    [Fact]
    public void What_was_granted_is_settled_when_the_segment_was_made_or_could_not_be()
    {
        _space.Left = 4 * Segment;
        _h.State(1, new string('x', (int)Segment / 2));
        LogBatch batch = _h.Log.TakeBatch()!;
        Assert.Equal((Segment, 0), (_space.Granted, _space.Settled));
        _h.Run(batch);
        Assert.Equal((Segment, Segment), (_space.Granted, _space.Settled));

        _h.Disk.Capacity = 0;
        _h.Upkeep();
        Assert.Equal((2 * Segment, 2 * Segment), (_space.Granted, _space.Settled));
    }

    /// <summary>Three segments of entries of group 1, and no room for a fourth. Returns the last entry.</summary>
    private ulong FillWithoutRoom()
    {
        _space.Left = 3 * Segment;
        string text = new('x', 30 << 10);
        for (ulong index = 1; ; index++)
        {
            _h.Entries(1, index, index, text);
            if (_h.Log.TakeBatch() is not { } batch)
            {
                // This one waits, as the first entry after those that the three segments hold.
                Assert.Equal(3, _h.Segments.Count);
                return index;
            }

            _h.Run(batch);
        }
    }

    /// <summary>Room for so many bytes.</summary>
    private sealed class GivenSpace : ISegmentSpace
    {
        public long Left { get; set; } = long.MaxValue;

        public long Granted { get; private set; }

        public long Settled { get; private set; }

        public long Grant(long wanted, long least, bool isAwaited)
        {
            long granted = wanted <= Left ? wanted : least <= Left ? least : 0;
            Left -= granted;
            Granted += granted;
            return granted;
        }

        public void Settle(long bytes) => Settled += bytes;
    }
}
