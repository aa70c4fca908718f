using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime.Recovery;
using Holdfast.Runtime.Snapshots;
using Holdfast.Storage;
using Holdfast.Wire.Control;
using Holdfast.Wire.Log;
using Holdfast.Wire.Messages;

namespace Holdfast.Runtime.Tests.Recovery;

public sealed class GroupReplayTests
{
    [Fact]
    public void Entries_whose_predecessors_were_freed_with_their_segment_are_taken_from_where_all_were_written_again()
    {
        GroupReplay replay = NewReplay();
        Append(replay, commit: 2, Entry(term: 2, index: 3));
        Append(replay, commit: 3, Entry(1, 1), Entry(1, 2), Entry(2, 3));
        Append(replay, commit: 3, Entry(2, 4));
        replay.Finish();

        RecoveredGroup group = replay.Groups[GroupId.System];
        Assert.Equal([Id(1, 1), Id(1, 2), Id(2, 3), Id(2, 4)], group.Entries.Select(entry => entry.Id));
        Assert.Equal(new LogIndex(3), group.Applied);
    }

    [Fact]
    public void Entries_whose_predecessors_are_nowhere_are_damage()
    {
        GroupReplay replay = NewReplay();
        Append(replay, commit: 1, Entry(1, 1));
        Append(replay, commit: 2, Entry(2, 3));
        replay.Finish();
        Assert.Contains("lacks the entries after 1", replay.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_were_known_to_be_committed_and_are_not_there_are_damage()
    {
        GroupReplay replay = NewReplay();
        Append(replay, commit: 3, Entry(1, 1), Entry(1, 2));
        replay.Finish();
        Assert.Contains("lacks the entries after 2", replay.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void What_entries_that_were_passed_over_knew_to_be_committed_must_be_there_in_the_end()
    {
        GroupReplay replay = NewReplay();
        Append(replay, commit: 4, Entry(1, 5));
        Append(replay, commit: 2, Entry(1, 1), Entry(1, 2), Entry(1, 3));
        replay.Finish();
        Assert.Contains("lacks the entries after 3", replay.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void What_entries_that_were_passed_over_knew_to_be_committed_is_applied_when_it_comes()
    {
        GroupReplay replay = NewReplay();
        Append(replay, commit: 3, Entry(1, 4));
        Append(replay, commit: 1, Entry(1, 1), Entry(1, 2), Entry(1, 3), Entry(1, 4));
        replay.Finish();
        Assert.Null(replay.Damage);
        Assert.Equal(new LogIndex(3), replay.Groups[GroupId.System].Applied);
    }

    [Fact]
    public void What_follows_on_another_entry_than_the_one_that_the_snapshot_ends_with_is_void()
    {
        GroupReplay replay = NewReplay();
        Snapshot(replay, Id(3, 2));
        Append(replay, commit: 1, Entry(1, 1), Entry(1, 2), Entry(1, 3));
        Append(replay, commit: 1, Entry(1, 4));
        replay.Finish();

        RecoveredGroup group = replay.Groups[GroupId.System];
        Assert.Null(replay.Damage);
        Assert.True(group.HasConflict);
        Assert.Empty(group.Entries);
        Assert.Equal(new LogIndex(2), group.Applied);
    }

    [Fact]
    public void A_void_end_of_the_log_may_have_a_term_as_high_as_that_of_the_snapshot()
    {
        GroupReplay replay = NewReplay();
        Snapshot(replay, Id(2, 2));
        Append(replay, commit: 1, Entry(1, 1), Entry(3, 2), Entry(3, 3));
        replay.Finish();
        Assert.Empty(replay.Groups[GroupId.System].Entries);
    }

    [Fact]
    public void What_was_void_is_no_more_when_it_was_overwritten_with_what_the_snapshot_ends_with()
    {
        GroupReplay replay = NewReplay();
        Snapshot(replay, Id(3, 2));
        Append(replay, commit: 1, Entry(1, 1), Entry(1, 2), Entry(1, 3));
        Append(replay, commit: 1, Entry(3, 2), Entry(3, 3));
        replay.Finish();

        RecoveredGroup group = replay.Groups[GroupId.System];
        Assert.False(group.HasConflict);
        Assert.Equal([Id(3, 3)], group.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void Entries_after_the_restart_of_the_log_at_the_snapshot_are_not_void()
    {
        GroupReplay replay = NewReplay();
        Snapshot(replay, Id(3, 2));
        Append(replay, commit: 1, Entry(1, 1), Entry(1, 2), Entry(1, 3));
        Restart(replay, Id(3, 2));
        Append(replay, commit: 2, Entry(3, 3));
        replay.Finish();

        RecoveredGroup group = replay.Groups[GroupId.System];
        Assert.False(group.HasConflict);
        Assert.Equal([Id(3, 3)], group.Entries.Select(entry => entry.Id));
    }

    private static void Snapshot(GroupReplay replay, EntryId id)
    {
        var meta = new SnapshotMeta(id, new Configuration([new ReplicaId(1)]));
        replay.Begin(GroupId.System, new SnapshotId(id.Index, id.Term), SnapshotTaker.Describe(meta), 0);
        replay.End();
    }

    private static void Restart(GroupReplay replay, EntryId id)
    {
        var record = new byte[LogRecords.StateBytes];
        LogRecords.EncodeState(new HardState(id.Term, null), id, record);
        replay.State(GroupId.System, record);
        replay.Entries(GroupId.System, id.Index.Next, id.Index, []);
    }

    private static GroupReplay NewReplay() => new(
        new Manifest { Formation = new Formation { Settings = new ClusterSettings(), Members = { new Member() } } },
        new EngineOptions { Self = new NodeId(0), Address = "localhost:8000" },
        new KeyspaceArena());

    private static void Append(GroupReplay replay, ulong commit, params Entry[] entries)
    {
        var record = new byte[LogRecords.EntriesHeaderBytes + EntryBlock.SizeOf(entries)];
        LogRecords.EncodeEntriesHeader(new LogIndex(commit), record);
        EntryBlock.Encode(entries, record.AsSpan(LogRecords.EntriesHeaderBytes));
        replay.Entries(GroupId.System, entries[0].Id.Index, entries[^1].Id.Index, record);
    }

    private static Entry Entry(ulong term, ulong index) => new(Id(term, index), EntryKind.NoOp, default);

    private static EntryId Id(ulong term, ulong index) => new(new Term(term), new LogIndex(index));
}
