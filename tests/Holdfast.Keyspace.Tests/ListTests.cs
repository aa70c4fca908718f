using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests;

public class ListTests
{
    [Fact]
    public void A_list_stops_at_its_bytes_and_says_that_there_is_more()
    {
        using var world = new World(seed: 1, keys: 1, slots: 1);
        foreach (byte key in "dacb"u8)
        {
            world.Keyspace.Put(new Slot(0), [key], new byte[99]);
        }

        var collector = new Collector();
        Assert.Equal(new ListResult(2, 200, More: true), world.Keyspace.List(new ListQuery { MaxBytes = 150 }, ref collector));
        Assert.Equal(new ListResult(1, 100, More: true), world.Keyspace.List(new ListQuery { MaxBytes = 0 }, ref collector));
        var keysOnly = new ListQuery { MaxBytes = 5, KeysOnly = true };
        Assert.Equal(new ListResult(4, 4, More: false), world.Keyspace.List(keysOnly, ref collector));
        Assert.Equal(new ListResult(0, 0, More: true), world.Keyspace.List(new ListQuery { Limit = 0 }, ref collector));
        Assert.Equal("ab"u8.ToArray(), collector.Pairs.Take(2).SelectMany(pair => pair.Key));
        Assert.All(collector.Pairs[3..], pair => Assert.Empty(pair.Value));
    }

    [Fact]
    public void Bounds_are_inclusive_or_exclusive_as_asked()
    {
        using var world = new World(seed: 1, keys: 1, slots: 1);
        foreach (byte key in "abcd"u8)
        {
            world.Keyspace.Put(new Slot(0), [key], []);
        }

        Assert.Equal("bc"u8.ToArray(), Keys(world, new ListQuery { Start = "b"u8, End = "d"u8 }));
        Assert.Equal("c"u8.ToArray(), Keys(world, new ListQuery { Start = "b"u8, StartExclusive = true, End = "d"u8 }));
        Assert.Equal("cd"u8.ToArray(), Keys(world, new ListQuery { Start = "b\0"u8 }));
        Assert.Empty(Keys(world, new ListQuery { Start = "d"u8, End = "a"u8 }));
        Assert.Empty(Keys(world, new ListQuery { Start = "e"u8 }));
    }

    private static byte[] Keys(World world, ListQuery query)
    {
        var collector = new Collector();
        world.Keyspace.List(query, ref collector);
        return [.. collector.Pairs.SelectMany(pair => pair.Key)];
    }
}
