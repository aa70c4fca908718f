using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests;

public sealed class KeyPrefetchTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(50, 1)]
    [InlineData(50, 16384)]
    [InlineData(20_000, 1)]
    [InlineData(20_000, 16384)]
    public void It_reaches_the_record_of_each_key_however_deep_the_index_is(int keys, int slots)
    {
        using World world = WorldOf(keys, slots);
        for (int first = 0; first < keys; first += KeyPrefetch.Capacity)
        {
            int count = Math.Min(KeyPrefetch.Capacity, keys - first);
            var prefetch = new KeyPrefetch(world.Keyspace);
            for (int i = first; i < first + count; i++)
            {
                prefetch.Add(SlotOf(i, slots), KeyOf(i));
            }

            Assert.Equal(count, prefetch.Run());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public void A_key_that_is_not_there_has_none(int keys)
    {
        using World world = WorldOf(keys, slots: 16384);
        var prefetch = new KeyPrefetch(world.Keyspace);
        prefetch.Add(SlotOf(1_000_000, 16384), KeyOf(1_000_000));
        Assert.Equal(0, prefetch.Run());
    }

    [Fact]
    public void Commands_are_added_by_their_key_and_those_without_one_are_passed_over()
    {
        using World world = WorldOf(keys: 100, slots: 16384);
        var prefetch = new KeyPrefetch(world.Keyspace);
        byte[] target = new byte[100];
        var put = new Command { Kind = CommandKind.Put, Slot = SlotOf(7, 16384), Key = KeyOf(7), Value = "new"u8 };
        prefetch.Add(target.AsSpan(0, CommandCodec.Encode(put, target)));
        var flush = new Command { Kind = CommandKind.Flush };
        prefetch.Add(target.AsSpan(0, CommandCodec.Encode(flush, target)));
        prefetch.Add([]);
        prefetch.Add([255, 255, 255]);
        Assert.Equal(1, prefetch.Run());
    }

    [Fact]
    public void Nothing_changes_by_it()
    {
        using World world = WorldOf(keys: 1_000, slots: 16384);
        (ulong Checksum, Revision Revision, long Count) before = (world.Keyspace.Checksum, world.Keyspace.Revision, world.Keyspace.Count);
        var prefetch = new KeyPrefetch(world.Keyspace);
        for (int i = 0; i < KeyPrefetch.Capacity; i++)
        {
            prefetch.Add(SlotOf(i * 100, 16384), KeyOf(i * 100));
        }

        Assert.Equal(10, prefetch.Run());
        Assert.Equal(before, (world.Keyspace.Checksum, world.Keyspace.Revision, world.Keyspace.Count));
    }

    private static World WorldOf(int keys, int slots)
    {
        var world = new World(seed: 1, keys: 1, slots);
        for (int i = 0; i < keys; i++)
        {
            world.Keyspace.Put(SlotOf(i, slots), KeyOf(i), "a value"u8);
        }

        return world;
    }

    private static byte[] KeyOf(int number) => BitConverter.GetBytes(number);

    private static Slot SlotOf(int number, int slots) => new((ushort)(number % slots));
}
