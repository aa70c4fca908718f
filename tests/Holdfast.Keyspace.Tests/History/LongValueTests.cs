using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.History;

/// <summary>Values that are not copied into the history.</summary>
public sealed class LongValueTests : IDisposable
{
    private const int Long = 1 << 20;
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public LongValueTests() => _keyspace = new Keyspace(_arena, Collect.Options with { MaxHistoryBytes = 3 * Long, HistoryMs = 100 });

    public void Dispose()
    {
        _keyspace.Dispose();
        Assert.Equal(0, _keyspace.MemoryBytes);
        _arena.Dispose();
    }

    [Fact]
    public void Many_small_appends_and_other_deadlines_of_a_long_value_count_and_cost_it_once()
    {
        Apply(Command.Put(Slot, "log"u8, Filled(1, Long)));
        long memory = _keyspace.MemoryBytes;
        Assert.InRange(memory, Long, Long + (5 * Page.Size));
        Assert.InRange(_keyspace.HistoryBytes, Long, Long + 100);
        for (int i = 0; i < 1000; i++)
        {
            Apply(Command.Append(Slot, "log"u8, "0123456789"u8));
            Apply(Command.Expire(Slot, "log"u8, Expiry.At((ulong)i + 1)));
        }

        Assert.InRange(_keyspace.HistoryBytes, Long + 10_000, Long + 10_000 + (2001 * 60));

        // The record doubled, and the changes themselves.
        Assert.InRange(_keyspace.MemoryBytes, memory, (2 * memory) + (2001 * 70));
        List<Told> told = _keyspace.ChangesAfter(1997);
        Assert.Equal([Long + 9_990, Long + 10_000, Long + 10_000], told[^3..].Select(change => change.Value.Length));
        Assert.Equal([999UL, 999UL, 1000UL], told[^3..].Select(change => change.Deadline));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get and put")]
    [InlineData("delete")]
    [InlineData("clear")]
    [InlineData("rename")]
    [InlineData("batch")]
    [InlineData("advance")]
    [InlineData("flush")]
    public void A_value_that_its_key_no_longer_has_is_kept_without_a_copy_until_it_is_let_go(string how)
    {
        Apply(Command.Put(Slot, "key"u8, Filled(1, Long), expiry: Expiry.At(9)));
        Apply(Command.Append(Slot, "key"u8, Filled(2, 100)));
        long memory = _keyspace.MemoryBytes;
        Replace(how);
        Assert.InRange(_keyspace.MemoryBytes, Long, memory + (4 * Page.Size));
        List<Told> told = _keyspace.ChangesAfter(0);
        Assert.Equal(Filled(1, Long), told[0].Value);
        Assert.Equal([.. Filled(1, Long), .. Filled(2, 100)], told[1].Value);

        // Too old at that time.
        Command touch = Command.Put(Slot, "other"u8, []);
        touch.StampMs = 1000;
        Apply(touch);
        _keyspace.Reclaim(long.MaxValue);
        Assert.Equal(_keyspace.Revision.Value - 1, _keyspace.HistoryFloor.Value);
        Assert.InRange(_keyspace.MemoryBytes, 0, how == "rename" ? 2 * Long : 8 * Page.Size);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get and put")]
    [InlineData("delete")]
    [InlineData("batch")]
    [InlineData("flush")]
    public void A_value_that_a_snapshot_has_still_to_write_serves_both(string how)
    {
        Apply(Command.Put(Slot, "key"u8, Filled(1, Long), expiry: Expiry.At(9)));
        Apply(Command.Expire(Slot, "key"u8, Expiry.At(10)));
        for (int steps = 1; steps < 60; steps += 7)
        {
            using Keyspace keyspace = Collect.Load(_arena, _keyspace.SnapshotAll());
            using SnapshotWalk walk = keyspace.BeginSnapshot();
            var output = new ArrayBufferWriter<byte>();
            for (int i = 0; i < steps; i++)
            {
                walk.Step(40_000, output);
            }

            Replace(how, keyspace);
            Assert.Equal(Filled(1, Long), keyspace.ChangesAfter(1)[0].Value);
            while (!walk.Step(40_000, output))
            {
            }

            keyspace.Reclaim(long.MaxValue);
            Assert.Equal(Filled(1, Long), keyspace.ChangesAfter(1)[0].Value);
            using Keyspace restored = Collect.Load(_arena, output.WrittenSpan);
            Assert.Equal(Filled(1, Long), restored.ChangesAfter(1)[0].Value);
            Assert.True(restored.TryGet(Slot, "key"u8, out ValueView view) && view.Value.SequenceEqual(Filled(1, Long)));
        }
    }

    [Fact]
    public void A_batch_that_fails_leaves_a_long_value_as_if_it_had_never_been()
    {
        Apply(Command.Put(Slot, "key"u8, Filled(1, Long)));
        Apply(Command.Append(Slot, "key"u8, Filled(2, 100)));
        long bytes = _keyspace.HistoryBytes;
        foreach (bool replaces in (bool[])[false, true])
        {
            var batch = new BatchBuilder(BatchMode.Atomic);
            batch.Add(Command.Append(Slot, "key"u8, Filled(3, 5000)));
            batch.Add(replaces ? Command.Put(Slot, "key"u8, Filled(4, Long)) : Command.Expire(Slot, "key"u8, Expiry.At(5)));
            batch.Add(Command.Append(Slot, "key"u8, Filled(5, 5000)));
            batch.Add(Command.Increment(Slot, "key"u8, 1));
            ApplyResult result = default;
            _keyspace.Apply(batch.ToCommand(), ref result);
            Assert.Equal(ApplyStatus.NotAnInteger, result.Status);
            Assert.Equal((bytes, 2UL), (_keyspace.HistoryBytes, _keyspace.Revision.Value));
        }

        // The change that comes next still has the long part in common with those before.
        Apply(Command.Append(Slot, "key"u8, "!"u8));
        Assert.InRange(_keyspace.HistoryBytes, bytes + 1, bytes + 100);
        Assert.Equal([.. Filled(1, Long), .. Filled(2, 100), (byte)'!'], _keyspace.ChangesAfter(2)[0].Value);
    }

    private static byte[] Filled(byte fill, int length)
    {
        var value = new byte[length];
        value.AsSpan().Fill(fill);
        return value;
    }

    private void Replace(string how, Keyspace? keyspace = null)
    {
        var batch = new BatchBuilder(BatchMode.Atomic);
        batch.Add(Command.Append(Slot, "key"u8, "more"u8));
        batch.Add(Command.Put(Slot, "key"u8, "short"u8));
        Apply(
            how switch
            {
                "put" => Command.Put(Slot, "key"u8, "short"u8),
                "get and put" => Command.Put(Slot, "key"u8, "short"u8, flags: CommandFlags.ReturnOldValue),
                "delete" => Command.Delete(Slot, "key"u8),
                "clear" => Command.Clear([], [], 10),
                "rename" => Command.Rename(Slot, "key"u8, Slot, "new"u8),
                "batch" => batch.ToCommand(),
                "advance" => Command.Advance(9, 10),
                _ => Command.Flush(),
            },
            keyspace);
        _keyspace.Reclaim(long.MaxValue);
    }

    private void Apply(Command command, Keyspace? keyspace = null)
    {
        ApplyResult result = default;
        (keyspace ?? _keyspace).Apply(command, ref result);
        Assert.Equal(ApplyStatus.Applied, result.Status);
    }
}
