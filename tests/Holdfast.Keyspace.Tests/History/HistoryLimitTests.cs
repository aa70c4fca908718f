using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.History;

public sealed class HistoryLimitTests : IDisposable
{
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Changes_are_let_go_one_by_one_when_they_become_too_many_bytes()
    {
        // A change of a key of 8 bytes and a value of 24 takes 64.
        using Keyspace keyspace = New(maxBytes: 640);
        for (int i = 1; i <= 100; i++)
        {
            keyspace.Put(Slot, "12345678"u8, new byte[24]);
            Assert.Equal(Math.Max(0, i - 10), (int)keyspace.HistoryFloor.Value);
        }
    }

    [Fact]
    public void Changes_are_let_go_when_group_time_has_moved_on_by_more_than_they_are_kept_for()
    {
        using Keyspace keyspace = New(ms: 100);
        for (ulong time = 1000; time < 1050; time += 10)
        {
            Put(keyspace, "key"u8, time);
        }

        Touch(keyspace, 1100);
        Assert.Equal(0UL, keyspace.HistoryFloor.Value);
        Touch(keyspace, 1101);
        Assert.Equal(1UL, keyspace.HistoryFloor.Value);
        Touch(keyspace, 1135);
        Assert.Equal(4UL, keyspace.HistoryFloor.Value);
        Touch(keyspace, 9999);
        Assert.Equal((keyspace.Revision, 0L), (keyspace.HistoryFloor, keyspace.HistoryBytes));
        Put(keyspace, "key"u8, 9999);
        Assert.Single(keyspace.ChangesAfter(keyspace.HistoryFloor.Value));
    }

    [Fact]
    public void A_command_lets_go_of_some_tens_of_changes_and_so_in_the_end_of_all_that_are_too_many()
    {
        using Keyspace keyspace = New(ms: 100);
        for (int i = 0; i < 10_000; i++)
        {
            Put(keyspace, "key"u8, 1);
        }

        ulong floor = keyspace.HistoryFloor.Value;
        int commands = 0;
        for (; keyspace.HistoryBytes > 0; commands++)
        {
            Touch(keyspace, 1000);
            Assert.InRange(keyspace.HistoryFloor.Value - floor, 1UL, 50UL);
            floor = keyspace.HistoryFloor.Value;
        }

        Assert.InRange(commands, 200, 1000);
    }

    [Fact]
    public void A_command_of_many_changes_does_not_make_the_history_grow_for_good()
    {
        using Keyspace keyspace = New(maxBytes: 100_000);
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 2000; i++)
            {
                keyspace.Put(Slot, BitConverter.GetBytes(i), []);
            }

            ApplyResult result = default;
            keyspace.Apply(Command.Clear([], [], 2000), ref result);
            Assert.Equal(2000, result.Deleted);
            Assert.InRange(keyspace.HistoryBytes, 1, 100_000);
        }
    }

    [Fact]
    public void A_snapshot_holds_back_no_more_than_the_history_of_its_beginning_and_that_only_until_it_is_written()
    {
        using Keyspace keyspace = New(maxBytes: 200_000);
        for (int i = 0; i < 5000; i++)
        {
            keyspace.Put(Slot, BitConverter.GetBytes(i), new byte[50]);
        }

        long memory = keyspace.MemoryBytes;
        using SnapshotWalk walk = keyspace.BeginSnapshot();
        Overwrite(keyspace);
        long held = keyspace.MemoryBytes - walk.PendingBytes;
        var output = new ArrayBufferWriter<byte>();
        walk.Step(400_000, output);
        keyspace.Reclaim(long.MaxValue);
        Overwrite(keyspace);
        Assert.False(walk.IsDone);
        Assert.InRange(held - memory, 200_000, long.MaxValue);
        Assert.InRange(keyspace.MemoryBytes - walk.PendingBytes, 0, held - 150_000);

        static void Overwrite(Keyspace keyspace)
        {
            for (int i = 0; i < 5000; i++)
            {
                keyspace.Put(Slot, BitConverter.GetBytes(i), new byte[50]);
            }
        }
    }

    [Fact]
    public void Without_bytes_to_keep_nothing_is_kept()
    {
        using Keyspace keyspace = New(maxBytes: 0);
        keyspace.Put(Slot, "key"u8, "value"u8);
        keyspace.Put(Slot, "key"u8, new byte[100_000]);
        Assert.Equal((keyspace.Revision, 0L), (keyspace.HistoryFloor, keyspace.HistoryBytes));
        keyspace.Delete(Slot, "key"u8);
        Assert.Equal(0, keyspace.MemoryBytes);
    }

    [Fact]
    public void Many_short_changes_allocate_nothing_managed_and_cost_what_they_hold_and_little_more()
    {
        using Keyspace keyspace = New();
        var value = new byte[256];
        keyspace.Put(Slot, "12345678"u8, value);
        long before = keyspace.MemoryBytes;
        var managed = ManagedBytes.Begin();
        const int Count = 100_000;
        for (int i = 0; i < Count; i++)
        {
            keyspace.Put(Slot, "12345678"u8, value);
        }

        Assert.InRange(managed.Allocated, 0, 1000);
        double each = (double)(keyspace.MemoryBytes - before) / Count;
        Assert.InRange(each, 296, 310);
    }

    private static void Put(Keyspace keyspace, ReadOnlySpan<byte> key, ulong timeMs)
    {
        Command put = Command.Put(Slot, key, []);
        put.StampMs = timeMs;
        ApplyResult result = default;
        keyspace.Apply(put, ref result);
    }

    private static void Touch(Keyspace keyspace, ulong timeMs)
    {
        ApplyResult result = default;
        keyspace.Apply(Command.Advance(timeMs, 1), ref result);
    }

    private Keyspace New(long maxBytes = 64 << 20, ulong ms = 600_000) =>
        new(_arena, Collect.Options with { MaxHistoryBytes = maxBytes, HistoryMs = ms });
}
