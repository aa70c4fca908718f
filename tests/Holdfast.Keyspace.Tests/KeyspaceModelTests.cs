using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests;

/// <summary>Random commands, the real keyspace against the plainest one.</summary>
public class KeyspaceModelTests
{
    [Theory]
    [InlineData(1, 30, 3)]
    [InlineData(2, 400, 1)]
    [InlineData(3, 4000, 64)]
    [InlineData(4, 4000, 16384)]
    public void Random_commands_give_what_a_sorted_dictionary_gives(ulong seed, int keys, int slots)
    {
        using var world = new World(seed, keys, slots);
        for (int i = 0; i < 6000; i++)
        {
            world.Step();
            if (i % 600 == 599)
            {
                world.Check();
            }
        }
    }

    [Fact]
    public void A_keyspace_that_grows_and_is_emptied_again_and_again_stays_right()
    {
        using var world = new World(seed: 5, keys: 3000, slots: 8) { FlushShare = 1, ClearShare = 1 };
        for (int i = 0; i < 6000; i++)
        {
            world.Step();
            world.Keyspace.Reclaim(1 << 14);
        }

        world.Check();
    }

    [Fact]
    public void Two_instances_given_the_same_commands_are_alike_in_all_that_shows()
    {
        using var left = new World(seed: 6, keys: 1000, slots: 16);
        using var right = new World(seed: 6, keys: 1000, slots: 16);
        for (int i = 0; i < 3000; i++)
        {
            left.Step();
            right.Step();
            Assert.Equal(left.Keyspace.Checksum, right.Keyspace.Checksum);
        }

        Assert.Equal(left.Keyspace.SnapshotAll(), right.Keyspace.SnapshotAll());
    }

    [Fact]
    public void A_restored_keyspace_goes_on_exactly_as_the_original()
    {
        using var world = new World(seed: 7, keys: 500, slots: 16);
        for (int i = 0; i < 3000; i++)
        {
            world.Step();
        }

        using Keyspace restored = Collect.Load(world.Arena, world.Keyspace.SnapshotAll());
        World.Check(restored, world.Model);
        Assert.Equal(world.Keyspace.Checksum, restored.Checksum);
        foreach (Keyspace keyspace in (Keyspace[])[world.Keyspace, restored])
        {
            keyspace.Put(new Slot(3), "later"u8, "1"u8);
            ApplyResult result = default;
            keyspace.Apply(Command.Clear([], [], 100), ref result);
        }

        Assert.Equal(world.Keyspace.SnapshotAll(), restored.SnapshotAll());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public void A_keyspace_restored_amid_random_commands_answers_all_that_follow_as_the_original_does(ulong seed)
    {
        using var world = new World(seed, keys: 300, slots: 16) { FlushShare = 1 };
        for (int round = 0; round < 6; round++)
        {
            for (int i = 0; i < 500; i++)
            {
                world.Step();
            }

            using Keyspace restored = Collect.Load(world.Arena, world.Keyspace.SnapshotAll());
            world.Twin = restored;
            for (int i = 0; i < 500; i++)
            {
                world.Step();
            }

            World.Check(restored, world.Model);
            Assert.Equal(world.Keyspace.SnapshotAll(), restored.SnapshotAll());
            world.Twin = null;
        }
    }

    [Fact]
    public void Lists_in_parts_give_each_range_as_the_model_does()
    {
        using var world = new World(seed: 8, keys: 2000, slots: 4);
        for (int i = 0; i < 4000; i++)
        {
            world.Step();
        }

        for (int i = 0; i < 200; i++)
        {
            byte[] start = world.RandomKey();
            byte[] end = world.Random.Chance(0.3) ? [] : world.RandomKey();
            int limit = world.Random.Next(1, 60);
            World.Same(world.Model.Range(start, end).Where(pair => !world.Model.IsPast(pair.Value)), ListInParts(world.Keyspace, start, end, limit));
        }
    }

    [Fact]
    public void Each_slot_is_counted_and_can_be_scanned_alone()
    {
        using var world = new World(seed: 9, keys: 3000, slots: 32);
        for (int i = 0; i < 6000; i++)
        {
            world.Step();
        }

        foreach (IGrouping<Slot, KeyValuePair<byte[], Model.Entry>> slot in world.Model.Entries.GroupBy(pair => pair.Value.Slot))
        {
            Assert.Equal(slot.Count(), world.Keyspace.CountInSlot(slot.Key));
            var collector = new Collector();
            ScanCursor end = world.Keyspace.Scan(ScanCursor.AtSlot(slot.Key), ScanCursor.AfterSlot(slot.Key), int.MaxValue, ref collector);
            Assert.Equal(ScanCursor.Zero, end);
            World.Same(slot.Where(pair => !world.Model.IsPast(pair.Value)), collector.Pairs.OrderBy(pair => pair.Key, ByteOrder.Instance));
        }

        Assert.Equal(0, world.Keyspace.CountInSlot(new Slot(1)));
    }

    private static List<Pair> ListInParts(Keyspace keyspace, byte[] start, byte[] end, int limit)
    {
        var collector = new Collector();
        var query = new ListQuery { Start = start, End = end, Limit = limit };
        while (keyspace.List(query, ref collector).More)
        {
            query = new ListQuery { Start = collector.Pairs[^1].Key, StartExclusive = true, End = end, Limit = limit };
        }

        return collector.Pairs;
    }
}
