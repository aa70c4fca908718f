using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Log;

public sealed class WriteLedgerTests
{
    private static readonly HardState State = new(new(1), null);

    private readonly Ready _ready = new();

    [Fact]
    public void Entries_are_durable_when_their_write_is()
    {
        RaftLog log = RaftLogTests.Filled(1, 1);
        var ledger = new WriteLedger(State, LogIndex.Zero);
        PersistToken token = Give(ledger, log);
        Assert.Equal(LogIndex.Zero, ledger.Durable);
        ledger.Complete(token);
        Assert.Equal(new LogIndex(2), ledger.Durable);
        Assert.Null(ledger.Covering(State, log.Last.Index));
    }

    [Fact]
    public void A_token_covers_all_writes_before_it()
    {
        RaftLog log = RaftLogTests.Filled(1);
        var ledger = new WriteLedger(State, LogIndex.Zero);
        Give(ledger, log);
        log.Append(RaftLogTests.Id(1, 2), EntryKind.NoOp, []);
        ledger.Complete(Give(ledger, log));
        Assert.Equal(new LogIndex(2), ledger.Durable);
    }

    [Fact]
    public void What_is_not_yet_given_out_is_covered_by_the_next_write()
    {
        RaftLog log = RaftLogTests.Filled(1);
        var ledger = new WriteLedger(State, LogIndex.Zero);
        Assert.Equal(new PersistToken(1), ledger.Covering(State, log.Last.Index));
        Give(ledger, log);
        Assert.Equal(new PersistToken(1), ledger.Covering(State, log.Last.Index));
        Assert.Equal(new PersistToken(2), ledger.Covering(new HardState(new(2), null), log.Last.Index));
    }

    /// <summary>
    /// 1/1 is written, overwritten by 2/1, and written again by a leader that holds 1/1: the first write's completion must not
    /// speak for 1/1, since the second write is still to come over it.
    /// </summary>
    [Fact]
    public void A_write_that_was_overwritten_and_then_repeated_does_not_count()
    {
        RaftLog log = RaftLogTests.Filled(1);
        var ledger = new WriteLedger(State, LogIndex.Zero);
        PersistToken first = Give(ledger, log);

        Replace(ledger, log, RaftLogTests.Id(2, 1));
        PersistToken second = Give(ledger, log);

        Replace(ledger, log, RaftLogTests.Id(1, 1));
        PersistToken third = Give(ledger, log);

        ledger.Complete(first);
        Assert.Equal(LogIndex.Zero, ledger.Durable);
        ledger.Complete(second);
        Assert.Equal(LogIndex.Zero, ledger.Durable);
        ledger.Complete(third);
        Assert.Equal(new LogIndex(1), ledger.Durable);
    }

    [Fact]
    public void An_overwritten_entry_is_no_longer_durable()
    {
        RaftLog log = RaftLogTests.Filled(1, 1);
        var ledger = new WriteLedger(State, log.Last.Index);
        log.Truncate(new(2));
        ledger.Truncate(new(2));
        Assert.Equal(new LogIndex(1), ledger.Durable);
    }

    [Fact]
    public void A_restart_of_the_log_is_a_write_of_its_own()
    {
        RaftLog log = RaftLogTests.Filled(1);
        var ledger = new WriteLedger(State, LogIndex.Zero);
        PersistToken old = Give(ledger, log);
        log.Restart(RaftLogTests.Id(1, 9));
        ledger.Restart(new(9));
        PersistToken restart = Give(ledger, log);
        Assert.True(_ready.Entries.IsEmpty);
        Assert.True(restart > old);
        ledger.Complete(old);
        Assert.Equal(new LogIndex(9), ledger.Durable);
    }

    [Fact]
    public void Only_a_write_that_was_given_out_becomes_durable() =>
        Assert.Throws<InvariantViolationException>(() => new WriteLedger(State, LogIndex.Zero).Complete(new PersistToken(1)));

    private PersistToken Give(WriteLedger ledger, RaftLog log)
    {
        ledger.Give(State, log, _ready);
        return _ready.Token!.Value;
    }

    private static void Replace(WriteLedger ledger, RaftLog log, EntryId by)
    {
        log.Truncate(by.Index);
        ledger.Truncate(by.Index);
        log.Append(by, EntryKind.NoOp, []);
    }
}
