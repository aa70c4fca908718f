using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Memory;

public class SlabHeapTests
{
    [Fact]
    public void Each_size_is_given_a_class_that_holds_it_with_little_to_spare()
    {
        for (int size = SizeClasses.Smallest; size <= SizeClasses.Largest; size++)
        {
            int held = SizeClasses.SizeOf(SizeClasses.ClassOf(size));
            Assert.InRange(held, size, (size * 8 / 7) + SizeClasses.Granularity);
            Assert.Equal(0, held % SizeClasses.Granularity);
        }

        Assert.InRange(SizeClasses.Count, 40, 70);
    }

    [Fact]
    public void Memory_freed_by_one_keyspace_serves_another_of_other_sizes()
    {
        using var arena = new KeyspaceArena();
        using var first = new Keyspace(arena, Collect.NoHistory);
        using var second = new Keyspace(arena, Collect.NoHistory);
        Fill(first, valueLength: 50);
        long allocated = arena.AllocatedBytes;
        ApplyResult result = default;
        first.Apply(Command.Clear([], [], uint.MaxValue), ref result);
        Assert.Equal(0, first.MemoryBytes);
        Fill(second, valueLength: 20);
        Assert.InRange(arena.AllocatedBytes, 1, allocated);
    }

    [Fact]
    public void A_thousand_idle_keyspaces_cost_a_few_pages_each()
    {
        using var arena = new KeyspaceArena();
        var keyspaces = new List<Keyspace>();
        for (int i = 0; i < 1023; i++)
        {
            keyspaces.Add(new Keyspace(arena, Collect.Options));
        }

        Assert.Equal(0, arena.AllocatedBytes);
        foreach (Keyspace keyspace in keyspaces)
        {
            keyspace.Put(new Slot(0), "key"u8, "value"u8);
            Assert.InRange(keyspace.MemoryBytes, 1, (4 * Page.Size) + 100);
            keyspace.Dispose();
        }
    }

    [Fact]
    public void An_arena_whose_keyspaces_are_disposed_holds_one_spare_chunk_at_most_and_then_nothing()
    {
        var arena = new KeyspaceArena();
        var keyspaces = Enumerable.Range(0, 5).Select(_ => new Keyspace(arena, Collect.Options)).ToList();
        foreach (Keyspace keyspace in keyspaces)
        {
            Fill(keyspace, valueLength: 500);
        }

        Assert.InRange(arena.AllocatedBytes, 5L << 20, long.MaxValue);
        Assert.Throws<InvariantViolationException>(arena.Dispose);
        keyspaces.ForEach(keyspace => keyspace.Dispose());
        Assert.InRange(arena.AllocatedBytes, 0, Chunk.Size);
        arena.Dispose();
        Assert.Equal(0, arena.AllocatedBytes);
    }

    private static void Fill(Keyspace keyspace, int valueLength)
    {
        for (int i = 0; i < 5000; i++)
        {
            keyspace.Put(new Slot((ushort)i), BitConverter.GetBytes(i), new byte[i % 500 == 0 ? 50_000 : valueLength]);
        }
    }
}
