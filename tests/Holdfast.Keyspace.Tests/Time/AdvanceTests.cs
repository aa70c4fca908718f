using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Time;

public sealed class AdvanceTests : IDisposable
{
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public AdvanceTests() => _keyspace = new Keyspace(_arena, Collect.NoHistory);

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void Keys_go_in_the_order_of_their_deadlines_then_keys_so_many_at_a_time()
    {
        Put("d", 20);
        Put("b", 10);
        Put("a", 20);
        Put("c", 10);
        Put("later", 31);
        Put("never", 0);
        Assert.Equal(10UL, _keyspace.NextDeadlineMs);
        Assert.Equal((3, true), Advance(30, 3));
        Assert.Equal(9UL, _keyspace.Revision.Value);
        Assert.Equal(20UL, _keyspace.NextDeadlineMs);
        Assert.Equal(3, _keyspace.Count);
        Assert.Equal((1, false), Advance(30, 3));
        Assert.Equal(31UL, _keyspace.NextDeadlineMs);
        ulong revision = _keyspace.Revision.Value;
        Assert.Equal((0, false), Advance(30, 3));
        Assert.Equal(revision, _keyspace.Revision.Value);
        Assert.Equal((1, false), Advance(31, 3));
        Assert.Equal(revision + 1, _keyspace.Revision.Value);
        Assert.Equal(0UL, _keyspace.NextDeadlineMs);
        Assert.Equal("never", Assert.Single(_keyspace.ListAll()).Key.Select(b => (char)b).ToArray());
    }

    [Fact]
    public void Long_values_end_an_advance_early()
    {
        for (int i = 0; i < 10; i++)
        {
            _keyspace.Put(new Slot(1), [(byte)i], new byte[1 << 20], Expiry.At(5));
        }

        Assert.Equal((4, true), Advance(5, 1000));
        Assert.Equal((4, true), Advance(5, 1000));
        Assert.Equal((2, false), Advance(5, 1000));
    }

    [Fact]
    public void A_million_keys_of_one_deadline_cost_less_than_24_bytes_more_each_and_go_in_bounded_steps()
    {
        const int Count = 1_000_000;
        using var plain = new Keyspace(_arena, Collect.NoHistory);
        Fill(plain, Count, Expiry.None);
        Fill(_keyspace, Count, Expiry.At(5));
        double more = (double)(_keyspace.MemoryBytes - plain.MemoryBytes) / Count;
        Assert.True(more < 24, $"{more} bytes more a key");
        var managed = ManagedBytes.Begin();
        for (int left = Count; left > 0; left -= 1000)
        {
            Assert.True(Advance(5, 1000) == (1000, left > 1000));
        }

        Assert.InRange(managed.Allocated, 0, 10_000);
        Assert.Equal(0, _keyspace.Count);
        Assert.InRange(_keyspace.MemoryBytes, 0, 1 << 20);
    }

    [Fact]
    public void Keys_that_expire_during_a_snapshot_are_in_it_and_are_absent_where_it_is_loaded_at_the_later_time()
    {
        for (int i = 0; i < 1000; i++)
        {
            _keyspace.Put(new Slot((ushort)i), [(byte)i, (byte)(i >> 8)], new byte[50], Expiry.At(100));
        }

        var output = new ArrayBufferWriter<byte>();
        using SnapshotWalk walk = _keyspace.BeginSnapshot();
        walk.Step(1000, output);
        Assert.Equal((1000, false), Advance(100, 1000));
        while (!walk.Step(1000, output))
        {
        }

        using Keyspace restored = Collect.Load(_arena, output.WrittenSpan);
        Assert.Equal((1000L, 0UL, 100UL), (restored.Count, restored.TimeMs, restored.NextDeadlineMs));
        ApplyResult advanced = default;
        restored.Apply(Command.Advance(100, 1000), ref advanced);
        Assert.Equal(_keyspace.Checksum, restored.Checksum);
        Assert.Equal(_keyspace.Revision, restored.Revision);
    }

    private static void Fill(Keyspace keyspace, int count, Expiry expiry)
    {
        Span<byte> key = stackalloc byte[16];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(key, (ulong)i * 0x9E37_79B9_7F4A_7C15);
            keyspace.Put(new Slot((ushort)(i % 1024)), key, key, expiry);
        }
    }

    private void Put(string key, ulong deadline) =>
        _keyspace.Put(new Slot(1), [.. key.Select(c => (byte)c)], "v"u8, deadline == 0 ? Expiry.None : Expiry.At(deadline));

    private (int Deleted, bool More) Advance(ulong stampMs, uint limit)
    {
        ApplyResult result = default;
        _keyspace.Apply(Command.Advance(stampMs, limit), ref result);
        return ((int)result.Deleted, result.More);
    }
}
