using System.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests;

/// <summary>The rules that random commands seldom meet.</summary>
public sealed class ApplyTests : IDisposable
{
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public ApplyTests() => _keyspace = new Keyspace(_arena, new KeyspaceOptions { HashSeed = 1, MaxKeyBytes = 100, MaxValueBytes = 1000 });

    public void Dispose()
    {
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("-", 1)]
    [InlineData("+5", 1)]
    [InlineData("05", 1)]
    [InlineData("-0", 1)]
    [InlineData(" 5", 1)]
    [InlineData("5 ", 1)]
    [InlineData("5.0", 1)]
    [InlineData("0x5", 1)]
    [InlineData("9223372036854775808", -1)]
    [InlineData("-9223372036854775809", 1)]
    public void A_value_that_is_not_a_canonical_integer_is_not_incremented(string value, long by)
    {
        _keyspace.Put(Slot, "n"u8, Encoding.ASCII.GetBytes(value));
        Assert.Equal(ApplyStatus.NotAnInteger, Increment(by, out _));
        Assert.Equal(1UL, _keyspace.Revision.Value);
    }

    [Theory]
    [InlineData("0", 1, 1)]
    [InlineData("-1", 1, 0)]
    [InlineData("9223372036854775806", 1, long.MaxValue)]
    [InlineData("-9223372036854775807", -1, long.MinValue)]
    [InlineData("9223372036854775807", long.MinValue, -1)]
    public void Integers_are_incremented_up_to_the_ends_of_64_bits(string value, long by, long sum)
    {
        _keyspace.Put(Slot, "n"u8, Encoding.ASCII.GetBytes(value));
        Assert.Equal(ApplyStatus.Applied, Increment(by, out long number));
        Assert.Equal(sum, number);
        Assert.Equal(sum.ToString(), Encoding.ASCII.GetString(Get("n"u8)));
    }

    [Theory]
    [InlineData("9223372036854775807", 1)]
    [InlineData("-9223372036854775808", -1)]
    [InlineData("1", long.MaxValue)]
    [InlineData("-1", long.MinValue)]
    public void A_sum_beyond_64_bits_changes_nothing(string value, long by)
    {
        _keyspace.Put(Slot, "n"u8, Encoding.ASCII.GetBytes(value));
        Assert.Equal(ApplyStatus.Overflow, Increment(by, out _));
        Assert.Equal(value, Encoding.ASCII.GetString(Get("n"u8)));
    }

    [Fact]
    public void An_append_or_increment_keeps_the_deadline_and_a_put_sets_it()
    {
        ApplyResult result = default;
        _keyspace.Apply(Command.Put(Slot, "n"u8, "1"u8, expiry: Expiry.At(77)), ref result);
        Increment(1, out _);
        _keyspace.Apply(Command.Append(Slot, "n"u8, new byte[500]), ref result);
        Assert.True(_keyspace.TryGet(Slot, "n"u8, out ValueView view));
        Assert.Equal(77UL, view.DeadlineMs);
        _keyspace.Put(Slot, "n"u8, "1"u8);
        Assert.True(_keyspace.TryGet(Slot, "n"u8, out view));
        Assert.Equal(0UL, view.DeadlineMs);
    }

    [Fact]
    public void Keys_and_values_beyond_their_limits_are_refused()
    {
        Assert.Equal(ApplyStatus.InvalidKey, _keyspace.Put(Slot, [], "v"u8));
        Assert.Equal(ApplyStatus.InvalidKey, _keyspace.Put(Slot, new byte[101], "v"u8));
        Assert.Equal(ApplyStatus.ValueTooLarge, _keyspace.Put(Slot, "k"u8, new byte[1001]));
        Assert.Equal(ApplyStatus.Applied, _keyspace.Put(Slot, new byte[100], new byte[1000]));
        ApplyResult result = default;
        _keyspace.Apply(Command.Append(Slot, new byte[100], "x"u8), ref result);
        Assert.Equal(ApplyStatus.ValueTooLarge, result.Status);
        Assert.Equal(1UL, _keyspace.Revision.Value);
        Assert.Equal(1000, Get(new byte[100]).Length);
    }

    [Fact]
    public void A_failed_condition_gives_the_revision_and_the_value_that_stand_in_the_way()
    {
        _keyspace.Put(Slot, "k"u8, "old"u8);
        ApplyResult result = default;
        _keyspace.Apply(Command.Put(Slot, "k"u8, "new"u8, Condition.Absent, flags: CommandFlags.ReturnOldValue), ref result);
        Assert.Equal(ApplyStatus.ConditionFailed, result.Status);
        Assert.Equal(1UL, result.Revision.Value);
        Assert.True(result.Found);
        Assert.Equal("old"u8.ToArray(), result.OldValue.ToArray());
        _keyspace.Apply(Command.Delete(Slot, "absent"u8, Condition.Present), ref result);
        Assert.Equal(ApplyStatus.ConditionFailed, result.Status);
    }

    [Fact]
    public void Bytes_that_are_no_command_stop_the_node()
    {
        Assert.Throws<InvariantViolationException>(() =>
        {
            ApplyResult result = default;
            _keyspace.Apply([9, 9, 9, 9], ref result);
        });
    }

    [Fact]
    public void A_key_is_found_in_its_own_slot_alone()
    {
        _keyspace.Put(Slot, "k"u8, "v"u8);
        Assert.False(_keyspace.TryGet(new Slot(6), "k"u8, out _));
    }

    [Fact]
    public void A_value_made_of_small_appends_moves_a_few_times_only()
    {
        using var arena = new KeyspaceArena();
        using var keyspace = new Keyspace(arena, Collect.NoHistory);
        ApplyResult result = default;
        var piece = new byte[1000];
        long moves = 0;
        long memory = 0;
        for (int i = 0; i < 8000; i++)
        {
            piece.AsSpan().Fill((byte)i);
            keyspace.Apply(Command.Append(Slot, "log"u8, piece), ref result);
            moves += keyspace.MemoryBytes != memory ? 1 : 0;
            memory = keyspace.MemoryBytes;
        }

        Assert.Equal(8_000_000, result.Length);
        Assert.InRange(moves, 1, 20);
        Assert.Equal(keyspace.RecomputeChecksum(), keyspace.Checksum);
        Assert.True(keyspace.TryGet(Slot, "log"u8, out ValueView view));
        for (int i = 0; i < 8000; i++)
        {
            Assert.True(!view.Value.Slice(i * 1000, 1000).ContainsAnyExcept((byte)i));
        }
    }

    private ApplyStatus Increment(long by, out long number)
    {
        ApplyResult result = default;
        _keyspace.Apply(Command.Increment(Slot, "n"u8, by), ref result);
        number = result.Number;
        return result.Status;
    }

    private byte[] Get(ReadOnlySpan<byte> key)
    {
        Assert.True(_keyspace.TryGet(Slot, key, out ValueView view));
        return view.Value.ToArray();
    }
}
