using System.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.History;

public sealed class ReadChangesTests : IDisposable
{
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public ReadChangesTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Each_command_tells_of_what_it_changed()
    {
        Apply(Command.Put(Slot, "a"u8, "1"u8));
        Apply(Command.Increment(Slot, "a"u8, 4));
        Apply(Command.Append(Slot, "a"u8, "0"u8));
        Apply(Command.Expire(Slot, "a"u8, Expiry.At(100)));
        Apply(Command.Expire(Slot, "a"u8, Expiry.None));
        Apply(Command.Put(Slot, "b"u8, "x"u8, expiry: Expiry.At(10)));
        Apply(Command.Put(Slot, "c"u8, "y"u8, expiry: Expiry.At(10)));
        Apply(Stamped(Command.Put(Slot, "b"u8, "z"u8), 20));
        Apply(Command.Advance(20, 10));
        Apply(Command.Put(Slot, "b"u8, "gone"u8, expiry: Expiry.At(20)));
        Apply(Command.Clear([], [], 10));
        Apply(Command.Put(Slot, "d"u8, "e"u8));
        Apply(Command.Flush());
        string[] expected =
        [
            "Put a=1", "Put a=5", "Put a=50", "Put a=50 until 100", "Put a=50", "Put b=x until 10", "Put c=y until 10", "Expire b=",
            "Put b=z", "Expire c=", "Delete b=", "Delete a=", "Put d=e", "Flush =",
        ];
        Assert.Equal(expected, All().Select(Show));
        Assert.Equal(Enumerable.Range(1, expected.Length).Select(revision => (ulong)revision), All().Select(change => change.Revision));
    }

    [Fact]
    public void A_batch_tells_of_each_of_its_changes_and_one_that_fails_of_none()
    {
        var batch = new BatchBuilder(BatchMode.Atomic);
        batch.Add(Command.Put(Slot, "a"u8, "1"u8));
        batch.Add(Command.Copy(Slot, "a"u8, Slot, "b"u8));
        batch.Add(Command.Rename(Slot, "b"u8, Slot, "c"u8));
        Apply(batch.ToCommand());
        Assert.Equal(["Put a=1", "Put b=1", "Put c=1", "Delete b="], All().Select(Show));
        batch.Add(Command.Increment(Slot, "a"u8, long.MaxValue));
        Apply(batch.ToCommand(), ApplyStatus.Overflow);
        Assert.Equal(4, All().Count);
        Apply(Command.Put(Slot, "z"u8, "!"u8));
        Assert.Equal("Put z=!", Show(All()[^1]));
        Assert.Equal(5UL, All()[^1].Revision);
    }

    [Fact]
    public void Commands_that_change_nothing_tell_of_nothing()
    {
        Apply(Command.Flush());
        Apply(Command.Delete(Slot, "a"u8), ApplyStatus.NotFound);
        Apply(Command.Put(Slot, "a"u8, "1"u8, Condition.Present), ApplyStatus.ConditionFailed);
        Apply(Command.Put(Slot, "a"u8, "1"u8, expiry: Expiry.After(0)));
        Apply(Command.Clear([], [], 10));
        Assert.Equal((Revision.None, 0L), (_keyspace.Revision, _keyspace.HistoryBytes));
        Assert.Empty(All());
    }

    [Fact]
    public void A_reader_that_is_there_or_ahead_is_given_nothing_and_told_to_go_on_from_where_it_is()
    {
        Apply(Command.Put(Slot, "a"u8, "1"u8));
        Assert.Equal(new ChangesResult(new Revision(1), More: false, HasGap: false), Read(after: 1, out List<Told> given));
        Assert.Empty(given);
        Assert.Equal(new ChangesResult(new Revision(7), More: false, HasGap: false), Read(after: 7, out given));
        Assert.Empty(given);
    }

    [Fact]
    public void A_reader_behind_what_is_kept_is_told_of_the_gap()
    {
        using var keyspace = new Keyspace(_arena, Collect.Options with { MaxHistoryBytes = 100 });
        for (int i = 0; i < 10; i++)
        {
            keyspace.Put(Slot, "key"u8, "value"u8);
        }

        // Three bytes and five, with 32 before them, in eights.
        Assert.Equal((8UL, 80L), (keyspace.HistoryFloor.Value, keyspace.HistoryBytes));
        var collector = new ChangeCollector();
        var query = new ChangeQuery { After = new Revision(7) };
        Assert.Equal(new ChangesResult(new Revision(8), More: true, HasGap: true), keyspace.ReadChanges(query, ref collector));
        Assert.Empty(collector.Changes);
        Assert.Equal([9UL, 10UL], keyspace.ChangesAfter(8).Select(change => change.Revision));
    }

    [Fact]
    public void A_page_ends_where_its_bytes_are_reached_and_gives_one_change_at_least()
    {
        for (int i = 0; i < 5; i++)
        {
            Apply(Command.Put(Slot, "key"u8, "value"u8));
        }

        Assert.Equal(new ChangesResult(new Revision(1), More: true, HasGap: false), Read(after: 0, out List<Told> given, maxBytes: 0));
        Assert.Single(given);
        Assert.Equal(new ChangesResult(new Revision(3), More: true, HasGap: false), Read(after: 1, out given, maxBytes: 80));
        Assert.Equal(2, given.Count);
        Assert.Equal(new ChangesResult(new Revision(5), More: false, HasGap: false), Read(after: 3, out given, maxBytes: 80));
        Assert.Equal(2, given.Count);
    }

    [Fact]
    public void A_reader_of_a_prefix_is_given_what_begins_with_it_and_flushes_and_goes_on_through_what_does_not()
    {
        Apply(Command.Put(Slot, "b/1"u8, "1"u8));
        for (int i = 0; i < 100; i++)
        {
            Apply(Command.Put(Slot, "a/1"u8, "1"u8));
        }

        Apply(Command.Put(Slot, "b/2"u8, "1"u8));
        Apply(Command.Put(Slot, "b"u8, "1"u8));
        Apply(Command.Flush());
        Assert.Equal(["Put b/1=1", "Put b/2=1", "Flush ="], _keyspace.ChangesAfter(0, "b/"u8.ToArray()).Select(Show));
        Assert.Equal(new ChangesResult(new Revision(11), More: true, HasGap: false), Read(1, out List<Told> given, "b/", maxScannedBytes: 390));
        Assert.Empty(given);
    }

    [Fact]
    public void Deletes_of_an_old_clear_that_share_a_revision_are_never_split_over_pages_or_half_let_go()
    {
        using var keyspace = new Keyspace(_arena, Collect.Options with { MaxHistoryBytes = 100_000 });
        for (int i = 0; i < 1000; i++)
        {
            keyspace.Put(Slot, BitConverter.GetBytes(i), []);
        }

        ApplyResult result = default;
        Command clear = Command.Clear([], [], 1000);
        clear.Flags = CommandFlags.None;
        keyspace.Apply(clear, ref result);
        keyspace.Put(Slot, "after"u8, []);
        Assert.Equal(1002UL, keyspace.Revision.Value);
        Assert.Equal(1001, keyspace.ChangesAfter(1000, maxBytes: 0).Count);
        var collector = new ChangeCollector();
        ChangesResult page = keyspace.ReadChanges(new ChangeQuery { After = new Revision(1000), MaxBytes = 1 }, ref collector);
        Assert.Equal((1001UL, true, 1000), (page.Through.Value, page.More, collector.Changes.Count));
        using Keyspace restored = Collect.Load(_arena, keyspace.SnapshotAll(), Collect.Options with { MaxHistoryBytes = 39_900 });
        Assert.Equal(1001UL, restored.HistoryFloor.Value);
        Assert.Single(restored.ChangesAfter(1001));
    }

    [Fact]
    public void Any_place_in_a_long_history_is_found()
    {
        for (int i = 0; i < 5000; i++)
        {
            Apply(Command.Put(Slot, BitConverter.GetBytes(i % 100), new byte[i % 300]));
        }

        for (ulong after = 0; after < 5000; after += 7)
        {
            Read(after, out List<Told> given, maxBytes: 1);
            Assert.Equal(after + 1, Assert.Single(given).Revision);
        }
    }

    private static Command Stamped(Command command, ulong timeMs)
    {
        command.StampMs = timeMs;
        return command;
    }

    private static string Show(Told change) =>
        $"{change.Kind} {Encoding.UTF8.GetString(change.Key)}={Encoding.UTF8.GetString(change.Value)}"
        + (change.Deadline == 0 ? "" : $" until {change.Deadline}");

    private List<Told> All() => _keyspace.ChangesAfter(0);

    private ChangesResult Read(
        ulong after, out List<Told> given, string prefix = "", long maxBytes = long.MaxValue, long maxScannedBytes = long.MaxValue)
    {
        var collector = new ChangeCollector();
        given = collector.Changes;
        var query = new ChangeQuery
        {
            After = new Revision(after),
            Prefix = Encoding.UTF8.GetBytes(prefix),
            MaxBytes = maxBytes,
            MaxScannedBytes = maxScannedBytes,
        };
        return _keyspace.ReadChanges(query, ref collector);
    }

    private void Apply(Command command, ApplyStatus expected = ApplyStatus.Applied)
    {
        ApplyResult result = default;
        _keyspace.Apply(command, ref result);
        Assert.Equal(expected, result.Status);
    }
}
