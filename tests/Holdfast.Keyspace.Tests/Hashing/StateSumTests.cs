using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Hashing;

public sealed class StateSumTests : IDisposable
{
    private readonly KeyspaceArena _arena = new();

    public void Dispose() => _arena.Dispose();

    /// <summary>Replicas compare these over versions of the program: a failure here is never fixed by changing the expectation.</summary>
    [Fact]
    public void The_checksum_is_frozen()
    {
        using var world = new World(seed: 1, keys: 1, slots: 1);
        world.Keyspace.Put(new Slot(7), "key"u8, "value"u8);
        Assert.Equal(0x20A1_566D_325C_E618UL, world.Keyspace.Checksum);
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Put(new Slot(8), "long"u8, new byte[1000], expiry: Expiry.At(99)), ref result);
        Assert.Equal(0x09C0_D49E_9E5F_7968UL, world.Keyspace.Checksum);
        world.Keyspace.Apply(Command.Advance(50, 1), ref result);
        Assert.Equal(0xCA96F307EF00E4EBUL, world.Keyspace.Checksum);
    }

    [Fact]
    public void Every_bit_of_a_state_counts()
    {
        byte[] value = [.. Enumerable.Range(0, 600).Select(i => (byte)(i * 7 / 3))];
        var sums = new HashSet<ulong> { SumOf("key"u8, value, 5, 0) };
        for (int i = 0; i < value.Length * 8; i++)
        {
            byte[] changed = [.. value];
            changed[i / 8] ^= (byte)(1 << (i % 8));
            Assert.True(sums.Add(SumOf("key"u8, changed, 5, 0)));
        }

        // Pieces exchanged, a value cut or with zeros added, another key, another deadline.
        Assert.True(sums.Add(SumOf("key"u8, [.. value[256..512], .. value[..256], .. value[512..]], 5, 0)));
        Assert.True(sums.Add(SumOf("key"u8, value[..599], 5, 0)));
        Assert.True(sums.Add(SumOf("key"u8, [.. value, 0], 5, 0)));
        Assert.True(sums.Add(SumOf("kez"u8, value, 5, 0)));
        Assert.True(sums.Add(SumOf("key"u8, value, 5, 1)));
        Assert.True(sums.Add(SumOf("key"u8, value, 6, 0)));
    }

    private ulong SumOf(ReadOnlySpan<byte> key, byte[] value, int writes, ulong deadline)
    {
        using var keyspace = new Keyspace(_arena, Collect.Options);
        ApplyResult result = default;
        for (int i = 0; i < writes; i++)
        {
            keyspace.Apply(Command.Put(new Slot(0), key, value, expiry: deadline == 0 ? Expiry.None : Expiry.At(deadline)), ref result);
        }

        return keyspace.Checksum;
    }
}
