using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>A keyspace and its model side by side, to which the same random commands are applied, in stored form.</summary>
internal sealed partial class World : IDisposable
{
    private readonly SeededRandom _random;
    private readonly ArrayBufferWriter<byte> _command = new();
    private readonly ArrayBufferWriter<byte> _batchResults = new();
    private readonly int _keys;
    private readonly int _slots;
    private ulong _stamp;

    public World(ulong seed, int keys, int slots, KeyspaceOptions? options = null)
    {
        _random = new SeededRandom(seed);
        _keys = keys;
        _slots = slots;
        Keyspace = new Keyspace(Arena, options ?? Collect.Options);
    }

    public KeyspaceArena Arena { get; } = new();

    public Keyspace Keyspace { get; }

    public Model Model { get; private set; } = new();

    /// <summary>Another keyspace in the same state, to which the commands go as well, and which must answer alike.</summary>
    public Keyspace? Twin { get; set; }

    public SeededRandom Random => _random;

    /// <summary>Shares of a hundred of the commands that remove many keys at once.</summary>
    public int ClearShare { get; init; } = 2;

    public int FlushShare { get; init; }

    public void Dispose()
    {
        Keyspace.Dispose();
        Assert.Equal(0, Keyspace.MemoryBytes);
        Arena.Dispose();
    }

    public Slot SlotOf(byte[] key) => new((ushort)(key[^1] % _slots * (Slot.Count / _slots)));

    /// <summary>Applies one random command to both, and compares what it gave.</summary>
    public void Step()
    {
        byte[] key = RandomKey();
        _stamp = _random.Chance(0.3) ? Model.Time + (ulong)_random.Next(40) : _random.Chance(0.1) ? Model.Time / 2 : 0;
        Model.Stamp(_stamp);
        int dice = _random.Next(100);
        if (dice < FlushShare)
        {
            Flush();
        }
        else if (dice < FlushShare + ClearShare)
        {
            Clear(key, _random.Chance(0.2) ? [] : RandomKey());
        }
        else if (dice < 25)
        {
            Delete(key);
        }
        else if (dice < 30)
        {
            Advance(_random.Next(1, 30));
        }
        else if (dice < 40)
        {
            Expire(key);
        }
        else if (dice < 44)
        {
            Batch();
        }
        else if (dice < 50)
        {
            Append(key, RandomValue());
        }
        else if (dice < 60)
        {
            Increment(key, _random.Next(-5, 1000));
        }
        else
        {
            Put(key, RandomValue());
        }
    }

    public byte[] RandomKey()
    {
        int number = _random.Next(_keys);
        byte[] tail = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(tail, number);

        // Keys with long common prefixes, keys that are prefixes of others, and keys with zeros at the end.
        return (number % 4) switch
        {
            0 => [.. "a-rather-long-prefix/"u8, .. tail],
            1 => [.. "a-rather-long-prefix/and-more/"u8, .. tail[2..]],
            2 => tail[..(1 + (number % 3))],
            _ => [.. tail, 0, 0],
        };
    }

    /// <summary>Compares the whole of both.</summary>
    public void Check() => Check(Keyspace, Model);

    public static void Check(Keyspace keyspace, Model model)
    {
        Assert.Equal(model.Time, keyspace.TimeMs);
        Assert.Equal(model.NextDeadline, keyspace.NextDeadlineMs);
        Assert.Equal(model.Entries.Count, keyspace.Count);
        Assert.Equal(model.Revision, keyspace.Revision.Value);
        Assert.Equal(model.Entries.Sum(pair => (long)pair.Key.Length + pair.Value.Value.Length), keyspace.LogicalBytes);
        Assert.Equal(keyspace.RecomputeChecksum(), keyspace.Checksum);
        Assert.Equal(model.Changes.Where(change => change.Revision > keyspace.HistoryFloor.Value), keyspace.ChangesAfter(keyspace.HistoryFloor.Value));
        Same(model.Live, keyspace.ListAll());
        Same(model.Live, keyspace.ScanAll(7).OrderBy(pair => pair.Key, ByteOrder.Instance));
    }

    public static void Same(IEnumerable<KeyValuePair<byte[], Model.Entry>> expected, IEnumerable<Pair> actual) => Assert.Equal(
        expected.Select(pair => Show(pair.Value.Slot, pair.Key, pair.Value.Revision, pair.Value.Deadline, pair.Value.Value)),
        actual.Select(pair => Show(pair.Slot, pair.Key, pair.Revision, pair.Deadline, pair.Value)));

    private static string Show(Slot slot, byte[] key, ulong revision, ulong deadline, byte[] value) =>
        $"{slot} {Convert.ToHexString(key)} @{revision} !{deadline} {value.Length}:"
        + Convert.ToHexString(value[..Math.Min(40, value.Length)]);
}
