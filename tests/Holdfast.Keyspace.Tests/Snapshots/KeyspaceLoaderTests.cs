using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Snapshots;

public class KeyspaceLoaderTests
{
    /// <summary>Disks hold these bytes: a failure here is never fixed by changing the expectation, but by a new format version.</summary>
    [Fact]
    public void The_bytes_of_a_snapshot_are_frozen()
    {
        using World world = SmallWorld(Collect.NoHistory);
        const string Golden =
            "48464B53 0100 4000 2A00000000000000 0300000000000000 0300000000000000 3600000000000000 B0C0BF74D1A34D92"
            + "0000000000000000 0000000000000000"
            + "01 0300 0500 00000000 0200000000000000 0000000000000000 656D707479"
            + "01 0900 0300 05000000 0100000000000000 0000000000000000 6B6579 76616C7565"
            + "01 FF3F 0100 28000000 0300000000000000 0201000000000000 FF"
            + "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
            + "FF 0300000000000000 38621791";
        Assert.Equal(Golden.Replace(" ", ""), Convert.ToHexString(world.Keyspace.SnapshotAll()));
    }

    /// <summary>As above. A program that knows no group time refuses this one, since it took these bytes for zeros.</summary>
    [Fact]
    public void The_bytes_of_a_snapshot_with_group_time_are_frozen()
    {
        using World world = SmallWorld(Collect.NoHistory);
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Flush(), ref result);
        world.Keyspace.Apply(Command.Advance(0x0807060504030201, 1), ref result);
        const string Golden =
            "48464B53 0100 4000 2A00000000000000 0400000000000000 0000000000000000 0000000000000000 0000000000000000"
            + "0102030405060708 0000000000000000"
            + "FF 0000000000000000 DF7F844E";
        Assert.Equal(Golden.Replace(" ", ""), Convert.ToHexString(world.Keyspace.SnapshotAll()));
        using Keyspace restored = Collect.Load(world.Arena, world.Keyspace.SnapshotAll());
        Assert.Equal(0x0807060504030201UL, restored.TimeMs);
        Assert.Equal(world.Keyspace.Checksum, restored.Checksum);
    }

    [Fact]
    public void A_snapshot_with_state_of_a_newer_program_is_refused()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        snapshot[56] = 1;
        Assert.Contains(
            "does not know", Assert.Throws<SnapshotFormatException>(() => Collect.Load(world.Arena, snapshot)).Message);
    }

    [Fact]
    public void A_snapshot_may_come_in_chunks_split_anywhere()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        for (int split = 0; split <= snapshot.Length; split++)
        {
            using var loader = new KeyspaceLoader(world.Arena, Collect.Options);
            loader.Feed(snapshot.AsSpan(0, split));
            Assert.Equal(split == snapshot.Length, loader.IsComplete);
            loader.Feed(snapshot.AsSpan(split));
            Assert.True(loader.IsComplete);
            using Keyspace keyspace = loader.Complete();
            Assert.Equal(world.Keyspace.Checksum, keyspace.Checksum);
            Assert.Equal(world.Keyspace.Revision, keyspace.Revision);
        }

        using var bytewise = new KeyspaceLoader(world.Arena, Collect.Options);
        foreach (byte b in snapshot)
        {
            bytewise.Feed([b]);
        }

        using Keyspace restored = bytewise.Complete();
        Assert.Equal(snapshot, restored.SnapshotAll());
    }

    [Fact]
    public void Any_byte_changed_is_noticed()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        for (int i = 0; i < snapshot.Length; i++)
        {
            byte[] damaged = [.. snapshot];
            damaged[i] ^= 0x40;
            Assert.Throws<SnapshotFormatException>(() => Collect.Load(world.Arena, damaged).Dispose());
        }
    }

    [Fact]
    public void A_snapshot_cut_anywhere_or_gone_beyond_is_refused()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        for (int length = 0; length < snapshot.Length; length++)
        {
            Assert.Throws<SnapshotFormatException>(() => Collect.Load(world.Arena, snapshot.AsSpan(0, length)).Dispose());
        }

        Assert.Throws<SnapshotFormatException>(() => Collect.Load(world.Arena, [.. snapshot, 0]).Dispose());
    }

    [Fact]
    public void A_snapshot_of_another_seed_or_version_is_refused_with_the_reason()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        using var other = new KeyspaceLoader(world.Arena, new KeyspaceOptions { HashSeed = 43 });
        Assert.Contains("another hash seed", Assert.Throws<SnapshotFormatException>(() => other.Feed(snapshot)).Message);
        Assert.Throws<InvariantViolationException>(() => other.Feed(snapshot));
        snapshot[4] = 2;
        Assert.Contains("version is 2", Assert.Throws<SnapshotFormatException>(() => Collect.Load(world.Arena, snapshot)).Message);
    }

    [Fact]
    public void An_empty_keyspace_is_restored_with_its_revision()
    {
        using World world = SmallWorld();
        ApplyResult result = default;
        world.Keyspace.Apply(Command.Flush(), ref result);
        using Keyspace restored = Collect.Load(world.Arena, world.Keyspace.SnapshotAll());
        Assert.Equal(0, restored.Count);
        Assert.Equal(world.Keyspace.Revision, restored.Revision);
    }

    [Fact]
    public void A_loader_that_is_given_up_frees_what_it_built()
    {
        using World world = SmallWorld();
        byte[] snapshot = world.Keyspace.SnapshotAll();
        long before = world.Arena.AllocatedBytes;
        using (var loader = new KeyspaceLoader(world.Arena, Collect.Options))
        {
            loader.Feed(snapshot.AsSpan(0, snapshot.Length - 20));
        }

        Assert.Equal(before, world.Arena.AllocatedBytes);
    }

    private static World SmallWorld(KeyspaceOptions? options = null)
    {
        var world = new World(seed: 1, keys: 1, slots: 1, options);
        ApplyResult result = default;
        world.Keyspace.Put(new Slot(9), "key"u8, "value"u8);
        world.Keyspace.Put(new Slot(3), "empty"u8, []);
        world.Keyspace.Apply(Command.Put(new Slot(16383), [0xFF], new byte[40], expiry: Expiry.At(0x0102)), ref result);
        return world;
    }
}
