using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Log;
using Holdfast.Wire.Tests.Support;

namespace Holdfast.Wire.Tests.Log;

/// <summary>
/// The frozen bytes are those on the disks of clusters that run: when such a test fails, bring the format back and give the changed record
/// a new version beside it; do not edit the bytes.
/// </summary>
public class LogRecordTests
{
    private static readonly EntryId Restart = new(new Term(7), new LogIndex(8));

    [Fact]
    public void A_state_with_a_vote_is_frozen() => Assert.Equal(
        Bytes.Hex("01 01 000000000000 0500000000000000 0200000001000000 0700000000000000 0800000000000000"),
        Convert.ToHexStringLower(State(new HardState(new Term(5), new ReplicaId(new NodeId(1), 2)), Restart)));

    [Fact]
    public void A_state_without_a_vote_is_frozen() => Assert.Equal(
        Bytes.Hex("01 00 000000000000 0500000000000000 0000000000000000 0000000000000000 0000000000000000"),
        Convert.ToHexStringLower(State(new HardState(new Term(5), null), default)));

    [Fact]
    public void The_head_of_entries_is_frozen() => Assert.Equal(
        Bytes.Hex("01 00000000000000 0900000000000000"), Convert.ToHexStringLower(Entries(new LogIndex(9))));

    [Fact]
    public void A_vote_for_replica_zero_is_not_the_absence_of_a_vote()
    {
        Assert.True(LogRecords.TryDecodeState(State(new HardState(new Term(5), default(ReplicaId)), default), out HardState voted, out _));
        Assert.Equal(default(ReplicaId), voted.Vote);
        Assert.True(LogRecords.TryDecodeState(State(new HardState(new Term(5), null), default), out HardState free, out _));
        Assert.Null(free.Vote);
    }

    [Fact]
    public void Random_states_are_read_as_they_were_written()
    {
        var random = new SeededRandom(3);
        for (int i = 0; i < 1000; i++)
        {
            var state = new HardState(new Term(random.NextUInt64()), random.Chance(0.5) ? null : new ReplicaId(random.NextUInt64()));
            var restart = new EntryId(new Term(random.NextUInt64()), new LogIndex(random.NextUInt64()));
            Assert.True(LogRecords.TryDecodeState(State(state, restart), out HardState readState, out EntryId readRestart));
            Assert.Equal(state, readState);
            Assert.Equal(restart, readRestart);
            Assert.True(LogRecords.TryDecodeEntriesHeader(Entries(restart.Index), out LogIndex commit));
            Assert.Equal(restart.Index, commit);
        }
    }

    [Fact]
    public void A_record_that_is_short_or_of_another_version_is_refused()
    {
        byte[] state = State(new HardState(new Term(5), null), Restart);
        byte[] entries = Entries(new LogIndex(9));
        for (int length = 0; length < state.Length; length++)
        {
            Assert.False(LogRecords.TryDecodeState(state.AsSpan(0, length), out _, out _));
        }

        for (int length = 0; length < entries.Length; length++)
        {
            Assert.False(LogRecords.TryDecodeEntriesHeader(entries.AsSpan(0, length), out _));
        }

        state[0] = 2;
        entries[0] = 2;
        Assert.False(LogRecords.TryDecodeState(state, out _, out _));
        Assert.False(LogRecords.TryDecodeEntriesHeader(entries, out _));
    }

    private static byte[] State(HardState state, EntryId restart)
    {
        var record = new byte[LogRecords.StateBytes];
        LogRecords.EncodeState(state, restart, record);
        return record;
    }

    private static byte[] Entries(LogIndex commit)
    {
        var record = new byte[LogRecords.EntriesHeaderBytes];
        LogRecords.EncodeEntriesHeader(commit, record);
        return record;
    }
}
