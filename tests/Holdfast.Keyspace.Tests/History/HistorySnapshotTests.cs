using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.History;

public sealed class HistorySnapshotTests : IDisposable
{
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public HistorySnapshotTests() => _keyspace = Small(valueLength: 3);

    public void Dispose()
    {
        _keyspace.Dispose();
        _arena.Dispose();
    }

    /// <summary>Disks hold these bytes: a failure here is never fixed by changing the expectation, but by a new format version.</summary>
    [Fact]
    public void The_bytes_of_a_snapshot_with_history_are_frozen()
    {
        const string Golden =
            "48464B53 0100 4000 2A00000000000000 0800000000000000 0100000000000000 0800000000000000 1C482A09026DA398"
            + "0600000000000000 0000000000000000"
            + "04 0000000000000000 0800000000000000 3801000000000000"
            + "05 01 0000 0300 03000000 0100000000000000 0000000000000000 0000000000000000 0000000000000000 6B6579 6F6C64"
            + "05 04 0000 0000 00000000 0200000000000000 0000000000000000 0000000000000000 0000000000000000"
            + "05 01 0000 0300 03000000 0300000000000000 0102000000000000 0000000000000000 0000000000000000 6B6579 000000"
            + "05 01 0000 0500 01000000 0400000000000000 0500000000000000 0000000000000000 0000000000000000 6272696566 31"
            + "05 03 0000 0500 00000000 0500000000000000 0000000000000000 0600000000000000 0000000000000000 6272696566"
            + "05 01 0000 0300 05000000 0600000000000000 0102000000000000 0600000000000000 0000000000000000 6B6579 0000001122"
            + "05 01 0000 0400 00000000 0700000000000000 0000000000000000 0600000000000000 0000000000000000 676F6E65"
            + "05 02 0000 0400 00000000 0800000000000000 0000000000000000 0600000000000000 0000000000000000 676F6E65"
            + "01 0900 0300 05000000 0600000000000000 0102000000000000 6B6579 0000001122"
            + "FF 0100000000000000 56F219C1";
        Assert.Equal(Golden.Replace(" ", ""), Convert.ToHexString(_keyspace.SnapshotAll()));
    }

    [Fact]
    public void A_long_value_that_grew_is_written_once_in_the_history()
    {
        using Keyspace keyspace = Small(valueLength: 5000);
        byte[] snapshot = keyspace.SnapshotAll();
        Assert.InRange(snapshot.Length, 10_000, 10_500);
        const string Appended = "05 01 0000 0000 8A130000 0600000000000000 0102000000000000 0600000000000000 0300000000000000 1122";
        Assert.Contains(Appended.Replace(" ", ""), Convert.ToHexString(snapshot));
        using Keyspace restored = Collect.Load(_arena, snapshot);
        Assert.Equal(keyspace.ChangesAfter(0), restored.ChangesAfter(0));
        Assert.Equal(snapshot, restored.SnapshotAll());

        // In memory the key and the history have it in common again.
        Assert.InRange(restored.MemoryBytes, 5000, keyspace.MemoryBytes + 1000);
    }

    [Fact]
    public void A_snapshot_without_history_begins_one_at_its_revision()
    {
        using var plain = new Keyspace(_arena, Collect.NoHistory);
        plain.Put(new Slot(1), "a"u8, "1"u8);
        using Keyspace restored = Collect.Load(_arena, plain.SnapshotAll());
        Assert.Equal((1UL, 0L), (restored.HistoryFloor.Value, restored.HistoryBytes));
        restored.Put(new Slot(1), "a"u8, "2"u8);
        Assert.Equal("2"u8.ToArray(), Assert.Single(restored.ChangesAfter(1)).Value);
    }

    [Fact]
    public void A_loader_keeps_no_more_than_its_own_options_allow()
    {
        using Keyspace restored = Collect.Load(_arena, _keyspace.SnapshotAll(), Collect.Options with { MaxHistoryBytes = 100 });
        Assert.Equal(_keyspace.Revision.Value - 2, restored.HistoryFloor.Value);
        Assert.Equal(_keyspace.ChangesAfter(restored.HistoryFloor.Value), restored.ChangesAfter(restored.HistoryFloor.Value));
        using Keyspace none = Collect.Load(_arena, _keyspace.SnapshotAll(), Collect.NoHistory);
        Assert.Equal((_keyspace.Revision, 0L), (none.HistoryFloor, none.HistoryBytes));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2100)]
    public void It_may_come_in_chunks_split_anywhere_and_is_refused_when_cut_or_damaged_anywhere(int valueLength)
    {
        using Keyspace keyspace = Small(valueLength);
        byte[] snapshot = keyspace.SnapshotAll();
        for (int split = 0; split < snapshot.Length; split++)
        {
            using (var loader = new KeyspaceLoader(_arena, Collect.Options))
            {
                loader.Feed(snapshot.AsSpan(0, split));
                Assert.Throws<SnapshotFormatException>(loader.Complete);
                loader.Feed(snapshot.AsSpan(split));
                using Keyspace restored = loader.Complete();
                Assert.Equal((keyspace.HistoryFloor, keyspace.HistoryBytes), (restored.HistoryFloor, restored.HistoryBytes));
            }

            byte[] damaged = [.. snapshot];
            damaged[split] ^= 0x40;
            Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, damaged).Dispose());
        }
    }

    [Theory]
    [InlineData(0, 4, "twice")]
    [InlineData(HeadAt + 9, 1, "more changes")]
    [InlineData(ChangeAt + 1, 9, "that is none")]
    [InlineData(ChangeAt + 7, 9, "longer than its history")]
    [InlineData(ChangeAt + 10, 9, "revision out of order")]
    [InlineData(ChangeAt + 26, 9, "time out of order")]
    public void Changes_that_no_history_can_hold_are_refused_with_the_reason(int at, byte value, string reason)
    {
        byte[] snapshot = _keyspace.SnapshotAll();
        if (at == 0)
        {
            snapshot = [.. snapshot[..ChangeAt], .. snapshot[HeadAt..]];
        }
        else
        {
            snapshot[at] = value;
        }

        Assert.Contains(reason, Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, snapshot).Dispose()).Message);
    }

    private const int HeadAt = SnapshotFormat.HeaderSize;
    private const int ChangeAt = HeadAt + SnapshotFormat.HistoryHeadSize;

    // Of each kind and form of change one at least.
    private Keyspace Small(int valueLength)
    {
        var keyspace = new Keyspace(_arena, Collect.Options);
        ApplyResult result = default;
        keyspace.Put(new Slot(9), "key"u8, "old"u8);
        keyspace.Apply(Command.Flush(), ref result);
        keyspace.Put(new Slot(9), "key"u8, new byte[valueLength], Expiry.At(0x0201));
        keyspace.Put(new Slot(3), "brief"u8, "1"u8, Expiry.At(5));
        keyspace.Apply(Command.Advance(6, 1), ref result);
        keyspace.Apply(Command.Append(new Slot(9), "key"u8, "\x11\x22"u8), ref result);
        keyspace.Delete(new Slot(3), "none"u8);
        keyspace.Put(new Slot(4), "gone"u8, []);
        keyspace.Delete(new Slot(4), "gone"u8);
        return keyspace;
    }
}
