using System.Buffers.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Memory;

public class MillionKeysTests
{
    private const int Count = 1_000_000;

    // In one slot, as under one hash tag: the worst case for whatever is kept by slot.
    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    public void A_million_keys_allocate_nothing_managed_and_cost_less_than_64_bytes_of_overhead(int slots)
    {
        using var arena = new KeyspaceArena();
        using var keyspace = new Keyspace(arena, Collect.NoHistory);
        var managed = ManagedBytes.Begin();
        Span<byte> key = stackalloc byte[16];
        for (int i = 0; i < Count; i++)
        {
            KeyOf(i, key);
            keyspace.Put(new Slot((ushort)(i % slots)), key, key);
        }

        Assert.Equal(Count, keyspace.Count);
        Assert.InRange(managed.Allocated, 0, 10_000);
        double overhead = (double)(keyspace.MemoryBytes - keyspace.LogicalBytes) / Count;
        Assert.True(overhead < 64, $"{overhead} bytes of overhead a key");
    }

    // Sixteen bytes in an order that looks random.
    private static void KeyOf(int number, Span<byte> key)
    {
        ulong mixed = (ulong)number * 0x9E37_79B9_7F4A_7C15;
        _ = Utf8Formatter.TryFormat(mixed, key, out _, new('x', 16));
    }
}
