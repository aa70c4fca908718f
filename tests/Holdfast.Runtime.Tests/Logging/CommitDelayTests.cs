using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Tests.Logging;

public sealed class CommitDelayTests
{
    private const long SyncMicros = 1000;

    private readonly CommitDelay _delay = new(maxMicros: 300);
    private long _now = 1_000_000;

    [Fact]
    public void A_lone_writer_is_never_kept_waiting()
    {
        Batches(20, entries: 1);
        _delay.Add(1);
        Assert.False(_delay.Holds(_now));
        Assert.Equal(long.MaxValue, _delay.UntilMicros);
    }

    [Fact]
    public void After_batches_of_many_entries_the_next_one_waits_for_company()
    {
        Batches(20, entries: 20);
        _delay.Add(1);
        Assert.True(_delay.Holds(_now));
        Assert.Equal(_now + 300, _delay.UntilMicros);
    }

    [Fact]
    public void The_wait_ends_when_it_said()
    {
        Batches(20, entries: 20);
        _delay.Add(1);
        Assert.True(_delay.Holds(_now + 299));
        Assert.False(_delay.Holds(_now + 300));
        Assert.Equal(long.MaxValue, _delay.UntilMicros);
    }

    [Fact]
    public void The_wait_is_counted_from_the_last_sync_and_not_from_the_first_entry()
    {
        Batches(20, entries: 20);
        _delay.Add(1);
        Assert.False(_delay.Holds(_now + 5000));
    }

    [Fact]
    public void Half_a_sync_is_the_longest_wait()
    {
        Batches(100, entries: 20, syncMicros: 40);
        _delay.Add(1);
        Assert.True(_delay.Holds(_now + 10));
        Assert.False(_delay.Holds(_now + 20));
    }

    [Fact]
    public void A_batch_that_is_large_already_goes_at_once()
    {
        Batches(20, entries: 20);
        _delay.Add(40);
        Assert.True(_delay.Holds(_now));
        _delay.Add(24);
        Assert.False(_delay.Holds(_now));
    }

    [Fact]
    public void Nothing_pending_and_a_sync_on_its_way_give_nothing_to_wait_for()
    {
        Batches(20, entries: 20);
        Assert.False(_delay.Holds(_now));
        _delay.Add(20);
        _delay.Submitted(_now);
        _delay.Add(1);
        Assert.False(_delay.Holds(_now));
        Assert.Equal(long.MaxValue, _delay.UntilMicros);
    }

    [Fact]
    public void When_the_many_have_left_the_waits_end()
    {
        Batches(20, entries: 20);
        Batches(10, entries: 1);
        _delay.Add(1);
        Assert.False(_delay.Holds(_now));
    }

    private void Batches(int count, int entries, long syncMicros = SyncMicros)
    {
        for (int i = 0; i < count; i++)
        {
            _delay.Add(entries);
            _delay.Submitted(_now);
            _now += syncMicros;
            _delay.Completed(_now);
        }
    }
}
