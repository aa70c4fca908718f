using System.Buffers;
using Holdfast.Keyspace.Tests.Support;

namespace Holdfast.Keyspace.Tests.History;

/// <summary>Random commands, failing batches, clears and flushes among them: the history against a plain list of all changes.</summary>
public class HistoryModelTests
{
    private static readonly KeyspaceOptions Small = Collect.Options with { MaxHistoryBytes = 200_000, HistoryMs = 2_000 };

    [Theory]
    [InlineData(1, 12, 200_000, 2_000)]
    [InlineData(2, 12, 400_000, 1_000_000)]
    [InlineData(3, 300, 20_000, 1_000_000)]
    [InlineData(4, 300, 3_000_000, 300)]
    [InlineData(5, 12, 0, 1_000_000)]
    public void What_is_kept_is_the_end_of_the_list_of_all_changes(ulong seed, int keys, long maxBytes, ulong maxAgeMs)
    {
        KeyspaceOptions options = Collect.Options with { MaxHistoryBytes = maxBytes, HistoryMs = maxAgeMs };
        using var world = new World(seed, keys, slots: 4, options) { FlushShare = 1 };
        for (int i = 0; i < 4000; i++)
        {
            world.Step();
            if (i % 100 == 99)
            {
                Same(world);
            }
        }

        world.Keyspace.Reclaim(long.MaxValue);
        Assert.True(world.Keyspace.HistoryFloor.Value > 0);
    }

    [Theory]
    [InlineData(11, 1)]
    [InlineData(12, 0)]
    [InlineData(13, 3)]
    public void A_snapshot_holds_the_history_of_its_beginning_whatever_is_done_beside_it(ulong seed, int flushes)
    {
        using var world = new World(seed, keys: 15, slots: 4, Small) { FlushShare = flushes };
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 150; i++)
            {
                world.Step();
            }

            ulong floor = world.Keyspace.HistoryFloor.Value;
            long bytes = world.Keyspace.HistoryBytes;
            List<Told> beginning = world.Keyspace.ChangesAfter(floor);
            byte[] whole = world.Keyspace.SnapshotAll();
            var output = new ArrayBufferWriter<byte>();
            SnapshotWalk walk = world.Keyspace.BeginSnapshot();
            bool givenUp = world.Random.Chance(0.2);
            while (!walk.Step(world.Random.Next(1, 30_000), output) && !(givenUp && world.Random.Chance(0.2)))
            {
                for (int i = world.Random.Next(20); i > 0; i--)
                {
                    world.Step();
                }

                Same(world);
            }

            if (walk.IsDone)
            {
                using Keyspace restored = Collect.Load(world.Arena, output.WrittenSpan, Large);
                Assert.Equal((floor, bytes), (restored.HistoryFloor.Value, restored.HistoryBytes));
                Assert.Equal(beginning, restored.ChangesAfter(floor));
                Assert.Equal(whole.Length, output.WrittenCount);
            }

            walk.Dispose();
            world.Keyspace.Reclaim(long.MaxValue);
            Same(world);
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void A_restored_keyspace_lets_the_same_changes_go_as_the_original_does(ulong seed)
    {
        using var world = new World(seed, keys: 15, slots: 4, Small) { FlushShare = 1 };
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                world.Step();
            }

            SettleDown(world);
            using Keyspace twin = Collect.Load(world.Arena, world.Keyspace.SnapshotAll(), Small);
            world.Twin = twin;
            for (int i = 0; i < 200; i++)
            {
                world.Step();
                Assert.Equal(
                    (world.Keyspace.HistoryFloor, world.Keyspace.HistoryBytes), (twin.HistoryFloor, twin.HistoryBytes));
            }

            Assert.Equal(world.Keyspace.SnapshotAll(), twin.SnapshotAll());
            Same(world);
            world.Twin = null;
        }
    }

    private static KeyspaceOptions Large => Small with { MaxHistoryBytes = long.MaxValue };

    // A long value pushes many short changes out, which takes some commands.
    private static void SettleDown(World world)
    {
        while (world.Keyspace.HistoryBytes > Small.MaxHistoryBytes)
        {
            ApplyResult result = default;
            world.Keyspace.Apply(Command.Flush(), ref result);
            world.Model.Flush();
        }
    }

    private static void Same(World world)
    {
        ulong floor = world.Keyspace.HistoryFloor.Value;
        Assert.Equal(world.Model.Changes.Where(change => change.Revision > floor), world.Keyspace.ChangesAfter(floor, maxBytes: 5_000));
        byte[] prefix = world.RandomKey()[..1];
        Assert.Equal(
            world.Model.Changes.Where(
                change => change.Revision > floor && (change.Kind == ChangeKind.Flush || change.Key.AsSpan().StartsWith(prefix))),
            world.Keyspace.ChangesAfter(floor, prefix, world.Random.Next(2_000)));
    }
}
