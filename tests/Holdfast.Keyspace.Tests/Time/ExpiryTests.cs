using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Time;

/// <summary>The rules of time that random commands seldom meet.</summary>
public sealed class ExpiryTests : IDisposable
{
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public ExpiryTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Group_time_never_goes_back()
    {
        Apply(Command.Advance(1000, 1));
        Apply(Command.Advance(400, 1));

        Assert.Equal(1000UL, _keyspace.TimeMs);
    }

    [Fact]
    public void A_million_keys_that_expire_at_once_go_in_bounded_steps()
    {
        const int Keys = 1_000_000;
        byte[] key = new byte[8];
        for (int i = 0; i < Keys; i++)
        {
            BitConverter.TryWriteBytes(key, i);
            Apply(Command.Put(Slot, key, "v"u8, deadlineMs: 5000));
        }

        long steps = 0;
        ApplyResult result;
        do
        {
            result = Apply(Command.Advance(5000, 1000));
            Assert.Equal(1000, result.Deleted);
            steps++;
        }
        while (result.More);

        Assert.Equal(Keys / 1000, steps);
        Assert.Equal(0, _keyspace.Count);
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
    }

    [Fact]
    public void What_has_expired_is_absent_before_it_is_removed()
    {
        Apply(Command.Put(Slot, "a"u8, "1"u8, deadlineMs: 100));
        Apply(Command.Put(Slot, "b"u8, "1"u8, deadlineMs: 100));
        Assert.True(_keyspace.TryGet(Slot, "b"u8, out _));

        ApplyResult result = Apply(Command.Advance(100, 1));

        Assert.True(result.More);
        Assert.Equal(1, _keyspace.Count);
        Assert.False(_keyspace.TryGet(Slot, "b"u8, out _));
        Assert.Empty(_keyspace.ListAll());
        Assert.Empty(_keyspace.ScanAll(1));
        Assert.Equal(ApplyStatus.Applied, Apply(Command.Put(Slot, "b"u8, "2"u8, Condition.Absent)).Status);
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
    }

    [Fact]
    public void A_deadline_that_does_not_fit_is_as_good_as_never()
    {
        Command command = Command.Put(Slot, "a"u8, "1"u8, deadlineMs: ulong.MaxValue - 10, flags: CommandFlags.DeadlineIsRelative);
        command.StampMs = 1000;
        Apply(command);

        Assert.True(_keyspace.TryGet(Slot, "a"u8, out ValueView view));
        Assert.Equal(ulong.MaxValue, view.DeadlineMs);
    }

    [Fact]
    public void A_snapshot_shows_the_deadlines_and_the_time_at_its_beginning()
    {
        Apply(Command.Put(Slot, "a"u8, "1"u8, deadlineMs: 5000));
        Apply(Command.Put(Slot, "b"u8, "1"u8));
        Apply(Command.Advance(1000, 1));
        using SnapshotWalk walk = _keyspace.BeginSnapshot();
        Apply(Command.Expire(Slot, "a"u8, 0));
        Apply(Command.Expire(Slot, "b"u8, 9000));
        Apply(Command.Advance(2000, 1));
        var bytes = new ArrayBufferWriter<byte>();
        while (!walk.Step(64, bytes))
        {
        }

        using Keyspace restored = Collect.Load(_arena, bytes.WrittenSpan.ToArray());
        Assert.Equal(1000UL, restored.TimeMs);
        Assert.Equal(5000UL, restored.NextDeadlineMs);
        Assert.True(restored.TryGet(Slot, "b"u8, out ValueView b));
        Assert.Equal(0UL, b.DeadlineMs);
        Assert.Equal(9000UL, _keyspace.NextDeadlineMs);
    }

    [Fact]
    public void A_flush_forgets_the_deadlines_and_keeps_the_time()
    {
        Apply(Command.Advance(1000, 1));
        Apply(Command.Put(Slot, "a"u8, "1"u8, deadlineMs: 5000));
        Apply(Command.Flush());

        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
        Assert.Equal(1000UL, _keyspace.TimeMs);
    }

    private ApplyResult Apply(scoped in Command command)
    {
        ApplyResult result = default;
        _keyspace.Apply(command, ref result);
        return result;
    }
}
