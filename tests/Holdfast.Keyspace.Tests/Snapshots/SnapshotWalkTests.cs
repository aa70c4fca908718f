using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Snapshots;

public class SnapshotWalkTests
{
    [Theory]
    [InlineData(1, 400, 3, 0)]
    [InlineData(2, 3000, 64, 0)]
    [InlineData(3, 3000, 64, 2)]
    [InlineData(4, 50, 1, 1)]
    public void A_snapshot_shows_its_beginning_however_many_writes_go_on_beside_it(ulong seed, int keys, int slots, int flushes)
    {
        using var world = new World(seed, keys, slots) { FlushShare = flushes };
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 1000; i++)
            {
                world.Step();
            }

            var beginning = world.Model.Live.ToArray();
            ulong checksum = world.Keyspace.Checksum;
            var output = new ArrayBufferWriter<byte>();
            SnapshotWalk walk = world.Keyspace.BeginSnapshot();
            Assert.Equal(world.Model.Entries.Count, walk.Count);
            Assert.Equal(world.Model.Revision, walk.Revision.Value);
            while (!walk.Step(world.Random.Next(1, 20_000), output))
            {
                for (int i = world.Random.Next(60); i > 0; i--)
                {
                    world.Step();
                }
            }

            using Keyspace restored = Collect.Load(world.Arena, output.WrittenSpan);
            Assert.Equal(checksum, restored.Checksum);
            World.Same(beginning, restored.ListAll());
            Assert.Equal(0, walk.PendingBytes);
            world.Check();
            world.Keyspace.Reclaim(long.MaxValue);
        }
    }

    [Fact]
    public void A_step_keeps_to_its_bytes_also_within_a_long_value()
    {
        using var world = new World(seed: 5, keys: 10, slots: 1);
        world.Keyspace.Put(new Slot(0), "long"u8, new byte[1 << 20]);
        world.Keyspace.Put(new Slot(9), "short"u8, "v"u8);
        using SnapshotWalk walk = world.Keyspace.BeginSnapshot();
        var output = new ArrayBufferWriter<byte>();
        int steps = 0;
        for (bool done = false; !done; steps++)
        {
            int before = output.WrittenCount;
            done = walk.Step(10_000, output);
            Assert.InRange(output.WrittenCount - before, 1, 10_000 + KeyspaceOptions.MaxKeyBytesLimit + 100);
        }

        // It is written once as the key's and once as the history's.
        Assert.InRange(steps, 205, 220);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("append")]
    [InlineData("delete")]
    [InlineData("clear")]
    [InlineData("expire")]
    [InlineData("advance")]
    [InlineData("flush")]
    public void A_change_to_the_record_being_written_does_not_show(string change)
    {
        using var world = new World(seed: 6, keys: 10, slots: 1);
        var value = new byte[100_000];
        value.AsSpan().Fill(7);
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Put(new Slot(0), "key"u8, value, expiry: Expiry.At(9)), ref result);
        SnapshotWalk walk = world.Keyspace.BeginSnapshot();
        var output = new ArrayBufferWriter<byte>();
        Assert.False(walk.Step(50_000, output));
        world.Keyspace.Apply(
            change switch
            {
                "put" => Command.Put(new Slot(0), "key"u8, new byte[100_000], flags: CommandFlags.ReturnOldValue),
                "append" => Command.Append(new Slot(0), "key"u8, "more"u8),
                "delete" => Command.Delete(new Slot(0), "key"u8),
                "clear" => Command.Clear([], [], 10),
                "expire" => Command.Expire(new Slot(0), "key"u8, Expiry.At(10)),
                "advance" => Command.Advance(9, 10),
                _ => Command.Flush(),
            },
            ref result);
        Assert.Equal(ApplyStatus.Applied, result.Status);
        while (!walk.Step(1000, output))
        {
        }

        using Keyspace restored = Collect.Load(world.Arena, output.WrittenSpan);
        Assert.True(restored.TryGet(new Slot(0), "key"u8, out ValueView view));
        Assert.True(view.Value.SequenceEqual(value));
        Assert.Equal(9UL, view.DeadlineMs);
        world.Keyspace.Reclaim(long.MaxValue);
        Assert.Equal(world.Keyspace.RecomputeChecksum(), world.Keyspace.Checksum);
    }

    [Fact]
    public void Old_records_held_back_are_counted_and_freed_in_bounded_steps_when_the_walk_is_given_up()
    {
        using var world = new World(seed: 7, keys: 10, slots: 1);
        for (int i = 0; i < 1000; i++)
        {
            world.Keyspace.Put(new Slot(0), [(byte)(i >> 8), (byte)i], new byte[1000]);
        }

        SnapshotWalk walk = world.Keyspace.BeginSnapshot();
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Clear([], [], 500), ref result);
        Assert.InRange(walk.PendingBytes, 500 * 1002, 500 * 1100);
        long held = world.Keyspace.MemoryBytes;
        walk.Dispose();
        Assert.True(world.Keyspace.Reclaim(100_000));
        Assert.InRange(held - world.Keyspace.MemoryBytes, 50_000, 150_000);
        Assert.False(world.Keyspace.Reclaim(long.MaxValue));
        Assert.InRange(held - world.Keyspace.MemoryBytes, 480_000, long.MaxValue);
        world.Keyspace.BeginSnapshot().Dispose();
    }

    [Fact]
    public void A_flush_takes_no_time_and_its_memory_comes_back_in_bounded_steps()
    {
        using var world = new World(seed: 8, keys: 10, slots: 1, Collect.NoHistory);
        for (int i = 0; i < 5000; i++)
        {
            world.Keyspace.Put(new Slot((ushort)i), BitConverter.GetBytes(i), new byte[i % 100 == 0 ? 5000 : 50]);
        }

        long held = world.Keyspace.MemoryBytes;
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Flush(), ref result);
        Assert.Equal(5000, result.Deleted);
        Assert.Equal(held, world.Keyspace.MemoryBytes);
        int steps = 1;
        for (; world.Keyspace.Reclaim(64 << 10); steps++)
        {
            Assert.InRange(held - world.Keyspace.MemoryBytes, 64 << 10, 84 << 10);
            held = world.Keyspace.MemoryBytes;
        }

        Assert.True(steps > 5);
        Assert.Equal(0, world.Keyspace.MemoryBytes);
    }

    [Fact]
    public void Disposing_the_keyspace_ends_its_walk_and_leaks_nothing()
    {
        var arena = new KeyspaceArena();
        var keyspace = new Keyspace(arena, Collect.Options);
        keyspace.Put(new Slot(1), "a"u8, new byte[100_000]);
        SnapshotWalk walk = keyspace.BeginSnapshot();
        walk.Step(100, new ArrayBufferWriter<byte>());
        keyspace.Delete(new Slot(1), "a"u8);
        keyspace.Dispose();
        arena.Dispose();
        Assert.Equal(0, arena.AllocatedBytes);
        Assert.Throws<InvariantViolationException>(() => walk.Step(100, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void There_is_one_walk_at_a_time()
    {
        using var world = new World(seed: 9, keys: 10, slots: 1);
        using SnapshotWalk walk = world.Keyspace.BeginSnapshot();
        Assert.Throws<InvariantViolationException>(world.Keyspace.BeginSnapshot);
    }
}
