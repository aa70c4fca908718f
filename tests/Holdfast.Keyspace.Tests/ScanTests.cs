using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests;

public class ScanTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 500)]
    [InlineData(3, 16384)]
    public void A_key_present_throughout_is_given_at_least_once_while_the_keyspace_grows_and_shrinks(ulong seed, int slots)
    {
        using var world = new World(seed, keys: 1, slots);
        var random = new SeededRandom(seed);
        var lasting = new HashSet<int>();
        for (int i = 0; i < 2000; i++)
        {
            lasting.Add(i);
            Put(world, i);
        }

        var passing = new List<int>();
        var seen = new HashSet<int>();
        var collector = new Collector();
        ScanCursor cursor = ScanCursor.Zero;
        do
        {
            Assert.InRange(cursor.Value, 0UL, (1UL << 53) - 1);
            collector.Pairs.Clear();
            cursor = world.Keyspace.Scan(cursor, ScanCursor.End, 10, ref collector);
            seen.UnionWith(collector.Pairs.Select(pair => BitConverter.ToInt32(pair.Key)));

            // Half of the time keys come, and half of the time they go, enough to split and merge what is being scanned.
            for (int i = random.Next(200); i > 0; i--)
            {
                if ((seen.Count & 512) == 0)
                {
                    passing.Add(10_000 + random.Next(100_000));
                    Put(world, passing[^1]);
                }
                else if (passing.Count > 0)
                {
                    Delete(world, passing[^1]);
                    passing.RemoveAt(passing.Count - 1);
                }
            }
        }
        while (cursor != ScanCursor.Zero);
        Assert.Superset(lasting, seen);
    }

    [Fact]
    public void A_cursor_goes_on_in_a_restored_keyspace_where_it_stopped()
    {
        using var world = new World(seed: 1, keys: 1, slots: 16);
        for (int i = 0; i < 3000; i++)
        {
            Put(world, i);
        }

        // Deletions leave the original with another history than the restored.
        for (int i = 0; i < 2500; i++)
        {
            Delete(world, i);
        }

        using Keyspace restored = Collect.Load(world.Arena, world.Keyspace.SnapshotAll());
        List<Pair> whole = world.Keyspace.ScanAll(int.MaxValue);
        var collector = new Collector();
        ScanCursor cursor = ScanCursor.Zero;
        for (int turn = 0; turn == 0 || cursor != ScanCursor.Zero; turn++)
        {
            cursor = (turn % 2 == 0 ? world.Keyspace : restored).Scan(cursor, ScanCursor.End, 13, ref collector);
        }

        Assert.Equal(whole.Select(pair => pair.Revision), collector.Pairs.Select(pair => pair.Revision));
    }

    [Fact]
    public void The_order_is_that_of_slots_and_is_frozen()
    {
        using var world = new World(seed: 1, keys: 1, slots: 1);
        world.Keyspace.Put(new Slot(16383), "last"u8, []);
        world.Keyspace.Put(new Slot(0), "first"u8, []);
        world.Keyspace.Put(new Slot(100), "b"u8, []);
        world.Keyspace.Put(new Slot(100), "a"u8, []);
        world.Keyspace.Put(new Slot(100), "c"u8, []);
        Assert.Equal(
            ["first", "b", "a", "c", "last"],
            world.Keyspace.ScanAll(1).Select(pair => System.Text.Encoding.UTF8.GetString(pair.Key)));
        var collector = new Collector();
        Assert.Equal(
            new ScanCursor(55_125_030_803_565), world.Keyspace.Scan(ScanCursor.Zero, ScanCursor.End, 1, ref collector));
    }

    /// <summary>Hashes of a few bits: many keys share a cursor, and an order.</summary>
    [Theory]
    [InlineData(0xF000_0000_0000_0000)]
    [InlineData(0xFFFF_0000_0000_C000)]
    [InlineData(0x0000_0000_0000_0003)]
    public void Keys_whose_hashes_collide_come_together_and_stay_apart(ulong mask)
    {
        var options = new KeyspaceOptions { HashSeed = 42, HashMask = mask };
        using var world = new World(seed: 3, keys: 800, slots: 2, options) { ClearShare = 1 };
        for (int i = 0; i < 2500; i++)
        {
            world.Step();
        }

        world.Check();
        var output = new ArrayBufferWriter<byte>();
        var beginning = world.Model.Entries.ToArray();
        using SnapshotWalk walk = world.Keyspace.BeginSnapshot();
        while (!walk.Step(500, output))
        {
            world.Step();
        }

        using Keyspace restored = Collect.Load(world.Arena, output.WrittenSpan, options);
        World.Same(beginning, restored.ListAll());
        world.Check();
    }

    private static Slot SlotOf(int number, World world) => world.SlotOf(BitConverter.GetBytes(number << 24 | number));

    private static void Put(World world, int number) => world.Keyspace.Put(SlotOf(number, world), BitConverter.GetBytes(number), "v"u8);

    private static void Delete(World world, int number) => world.Keyspace.Delete(SlotOf(number, world), BitConverter.GetBytes(number));
}
