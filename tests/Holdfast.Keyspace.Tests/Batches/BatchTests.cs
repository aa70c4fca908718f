using System.Buffers;
using System.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;
using Item = Holdfast.Keyspace.Tests.Support.BatchScript.Item;

namespace Holdfast.Keyspace.Tests.Batches;

/// <summary>The rules that random batches seldom meet, and those worth a sentence.</summary>
public sealed class BatchTests : IDisposable
{
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;
    private readonly ArrayBufferWriter<byte> _results = new();

    public BatchTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Each_key_changed_gets_a_revision_in_order_and_the_batch_the_last()
    {
        var batch = new BatchBuilder(BatchMode.Atomic);
        batch.Add(Command.Put(Slot, "a"u8, "1"u8));
        batch.Add(Command.Get(Slot, "a"u8));
        batch.Add(Command.Delete(Slot, "absent"u8));
        batch.Add(Command.Increment(Slot, "a"u8, 4));
        batch.Add(Command.Append(Slot, "b"u8, "x"u8));
        List<Item> items = Apply(batch, out int failedAt);
        Assert.Equal(-1, failedAt);
        Assert.Equal([1UL, 1UL, 0UL, 2UL, 3UL], items.Select(item => item.Revision));
        Assert.Equal([true, false, false, true, true], items.Select(item => item.Changed));
        Assert.Equal(Convert.ToHexString("1"u8), items[1].Payload);
        Assert.Equal(ApplyStatus.NotFound, items[2].Status);
        Assert.Equal(5, items[3].Number);
        Assert.Equal(3UL, _keyspace.Revision.Value);
        Assert.Equal("5", Get("a"));
    }

    [Fact]
    public void An_atomic_batch_that_fails_late_changes_nothing_but_time()
    {
        _keyspace.Put(Slot, "changed"u8, "10"u8, Expiry.At(1000));
        _keyspace.Put(Slot, "deleted"u8, new byte[5000], Expiry.At(500));
        _keyspace.Put(Slot, "appended"u8, new byte[100_000]);
        _keyspace.Put(Slot, "moved"u8, "m"u8);
        byte[] before = _keyspace.SnapshotAll();
        var batch = new BatchBuilder(BatchMode.Atomic);
        batch.Add(Command.Increment(Slot, "changed"u8, 1));
        batch.Add(Command.Expire(Slot, "changed"u8, Expiry.After(5)));
        batch.Add(Command.Put(Slot, "changed"u8, new byte[300]));
        batch.Add(Command.Delete(Slot, "deleted"u8));
        batch.Add(Command.Put(Slot, "deleted"u8, "again"u8));
        batch.Add(Command.Append(Slot, "appended"u8, new byte[100_000]));
        batch.Add(Command.Rename(Slot, "moved"u8, Slot, "added"u8));
        batch.Add(Command.Delete(Slot, "added"u8));
        batch.Add(Command.Put(Slot, "added"u8, "9223372036854775807"u8));
        batch.Add(Command.Increment(Slot, "added"u8, 1));
        List<Item> items = Apply(batch, out int failedAt);
        Assert.Equal(9, failedAt);
        Assert.Equal(ApplyStatus.Overflow, Assert.Single(items).Status);
        Assert.Equal(before, _keyspace.SnapshotAll());
        Command stamped = batch.ToCommand();
        stamped.StampMs = 600;
        ApplyResult result = default;
        _keyspace.Apply(stamped, ref result);
        Assert.False(result.Changed);
        Assert.Equal(600UL, _keyspace.TimeMs);
        Assert.Equal(500UL, _keyspace.NextDeadlineMs);
    }

    [Fact]
    public void A_sequential_batch_whose_check_fails_does_nothing_and_says_which()
    {
        _keyspace.Put(Slot, "watched"u8, "v"u8);
        var batch = new BatchBuilder(BatchMode.Sequential);
        batch.Add(Command.Check(Slot, "absent"u8, Condition.RevisionIs(Revision.None)));
        batch.Add(Command.Check(Slot, "watched"u8, Condition.RevisionIs(new Revision(7))));
        batch.Add(Command.Put(Slot, "watched"u8, "w"u8));
        List<Item> items = Apply(batch, out int failedAt);
        Assert.Equal(1, failedAt);
        Assert.Equal((ApplyStatus.ConditionFailed, 1UL), (Assert.Single(items).Status, items[0].Revision));
        Assert.Equal("v", Get("watched"));
    }

    [Fact]
    public void In_a_sequential_batch_an_operation_that_fails_says_so_in_its_place_and_the_others_take_effect()
    {
        _keyspace.Put(Slot, "text"u8, "no number"u8);
        var batch = new BatchBuilder(BatchMode.Sequential);
        batch.Add(Command.Put(Slot, "a"u8, "1"u8));
        batch.Add(Command.Increment(Slot, "text"u8, 1));
        batch.Add(Command.Rename(Slot, "absent"u8, Slot, "b"u8));
        batch.Add(Command.Put(Slot, [], "1"u8));
        batch.Add(Command.Copy(Slot, "a"u8, Slot, [], CommandFlags.None));
        batch.Add(Command.Put(Slot, "a"u8, "2"u8, Condition.Absent, flags: CommandFlags.ReturnOldValue));
        batch.Add(Command.Increment(Slot, "a"u8, 1));
        List<Item> items = Apply(batch, out int failedAt);
        Assert.Equal(-1, failedAt);
        Assert.Equal(
            [
                ApplyStatus.Applied, ApplyStatus.NotAnInteger, ApplyStatus.NotFound, ApplyStatus.InvalidKey, ApplyStatus.InvalidKey,
                ApplyStatus.ConditionFailed, ApplyStatus.Applied,
            ],
            items.Select(item => item.Status));
        Assert.Equal(Convert.ToHexString("1"u8), items[5].Payload);
        Assert.Equal("2", Get("a"));
    }

    [Theory]
    [InlineData(BatchMode.Atomic)]
    [InlineData(BatchMode.Sequential)]
    public void A_copy_or_rename_takes_the_deadline_along_and_the_destination_s_is_gone(BatchMode mode)
    {
        _keyspace.Put(Slot, "from"u8, "value"u8, Expiry.At(100));
        _keyspace.Put(Slot, "to"u8, "old"u8, Expiry.At(50));
        var batch = new BatchBuilder(mode);
        batch.Add(Command.Copy(Slot, "from"u8, Slot, "copy"u8, CommandFlags.IfDestinationAbsent));
        batch.Add(Command.Rename(Slot, "from"u8, Slot, "to"u8));
        List<Item> items = Apply(batch, out _);
        Assert.Equal([(true, 5, 100UL, 3UL), (false, 5, 100UL, 5UL)], items.Select(item => (item.Created, item.Length, item.Deadline, item.Revision)));
        Assert.Equal(["copy", "to"], _keyspace.ListAll().Select(pair => Encoding.ASCII.GetString(pair.Key)));
        Assert.All(_keyspace.ListAll(), pair => Assert.Equal((100UL, "value"), (pair.Deadline, Encoding.ASCII.GetString(pair.Value))));
        Assert.Equal(100UL, _keyspace.NextDeadlineMs);
        Assert.Equal(4UL, _keyspace.ListAll()[1].Revision);
    }

    [Fact]
    public void A_rename_to_itself_changes_nothing_and_fails_when_there_must_be_no_such_key()
    {
        _keyspace.Put(Slot, "k"u8, "v"u8);
        var batch = new BatchBuilder(BatchMode.Sequential);
        batch.Add(Command.Rename(Slot, "k"u8, Slot, "k"u8));
        batch.Add(Command.Rename(Slot, "k"u8, Slot, "k"u8, CommandFlags.IfDestinationAbsent));
        Assert.Equal([ApplyStatus.Applied, ApplyStatus.ConditionFailed], Apply(batch, out _).Select(item => item.Status));
        Assert.Equal(1UL, _keyspace.Revision.Value);
        Assert.Equal("v", Get("k"));
    }

    [Theory]
    [InlineData(BatchMode.Atomic, 1)]
    [InlineData(BatchMode.Sequential, 6)]
    public void What_a_batch_shows_and_copies_is_bounded(BatchMode mode, int items)
    {
        _keyspace.Put(Slot, "long"u8, new byte[16 << 20]);
        var batch = new BatchBuilder(mode);
        batch.Add(Command.Get(Slot, "long"u8));
        batch.Add(Command.Copy(Slot, "long"u8, Slot, "copy"u8));
        batch.Add(Command.Rename(Slot, "copy"u8, Slot, "other"u8));
        batch.Add(Command.Put(Slot, "other"u8, "v"u8, flags: CommandFlags.ReturnOldValue));
        batch.Add(Command.Get(Slot, "long"u8));
        batch.Add(Command.Get(Slot, "other"u8));
        List<Item> results = Apply(batch, out int failedAt);
        Assert.Equal(items, results.Count);
        Assert.Equal(mode == BatchMode.Atomic ? 4 : -1, failedAt);
        Assert.Equal(ApplyStatus.BatchTooLarge, results[Math.Min(4, items - 1)].Status);
        Assert.Equal(mode == BatchMode.Atomic ? 1UL : 5UL, _keyspace.Revision.Value);
    }

    [Fact]
    public void The_largest_batch_is_undone_and_leaves_no_memory_behind()
    {
        var batch = new BatchBuilder(BatchMode.Atomic);
        for (int i = 1; i < BatchBuilder.MaxOperations; i++)
        {
            batch.Add(Command.Put(Slot, BitConverter.GetBytes(i), new byte[200], expiry: Expiry.At((ulong)i)));
        }

        batch.Add(Command.Check(Slot, "absent"u8, Condition.Present));
        Apply(batch, out int failedAt);
        Assert.Equal(9999, failedAt);
        Assert.Equal((0L, 0L, 0L, 0UL), (_keyspace.Count, _keyspace.MemoryBytes, _keyspace.LogicalBytes, _keyspace.NextDeadlineMs));
    }

    /// <summary>Clients of other versions read these bytes: a failure here is fixed by a new version of the results alone.</summary>
    [Fact]
    public void The_bytes_of_results_are_frozen()
    {
        var batch = new BatchBuilder(BatchMode.Sequential);
        batch.Add(Command.Put(Slot, "k"u8, "12"u8, expiry: Expiry.At(0x1234)));
        batch.Add(Command.Increment(Slot, "k"u8, -1));
        batch.Add(Command.Get(Slot, "k"u8));
        batch.Add(Command.Get(Slot, "absent"u8));
        batch.Add(Command.Delete(Slot, "k"u8));
        Apply(batch, out _);
        AssertBytes(
            "01 00 0000 FFFFFFFF 05000000 0300000000000000"
            + "00 6E 0100000000000000 02000000 3412000000000000"
            + "00 7D 0200000000000000 0B00000000000000 02000000 3412000000000000"
            + "00 E9 0200000000000000 02000000 3412000000000000 02000000 3131"
            + "05 00"
            + "00 1D 0300000000000000 0100000000000000");
        batch.Reset(BatchMode.Atomic);
        batch.Add(Command.Get(Slot, "k"u8));
        batch.Add(Command.Check(Slot, "k"u8, Condition.Present));
        Apply(batch, out _);
        AssertBytes("01 01 0000 01000000 01000000 0300000000000000 01 00");
    }

    [Fact]
    public void Results_cut_anywhere_gone_beyond_or_of_another_version_are_refused()
    {
        var batch = new BatchBuilder(BatchMode.Sequential);
        batch.Add(Command.Put(Slot, "k"u8, "12"u8, expiry: Expiry.At(9)));
        batch.Add(Command.Get(Slot, "k"u8));
        Apply(batch, out _);
        byte[] bytes = _results.WrittenSpan.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(BatchResults.TryOpen(bytes.AsSpan(0, length), out _));
        }

        Assert.False(BatchResults.TryOpen([.. bytes, 0], out _));
        bytes[0] = 2;
        Assert.False(BatchResults.TryOpen(bytes, out BatchResults none));
        Assert.False(none.TryReadNext(out _));
    }

    private List<Item> Apply(BatchBuilder batch, out int failedAt)
    {
        _results.ResetWrittenCount();
        ApplyResult result = default;
        _keyspace.Apply(batch.ToCommand(), ref result, _results);
        List<Item> items = Item.ReadAll(_results.WrittenSpan, out failedAt);
        Assert.Equal(failedAt, result.FailedAt);
        return items;
    }

    private void AssertBytes(string hex) => Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(_results.WrittenSpan));

    private string Get(string key)
    {
        Assert.True(_keyspace.TryGet(Slot, Encoding.ASCII.GetBytes(key), out ValueView view));
        return Encoding.ASCII.GetString(view.Value);
    }
}
