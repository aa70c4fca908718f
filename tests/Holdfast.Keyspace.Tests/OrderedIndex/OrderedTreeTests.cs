using System.Buffers.Binary;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.OrderedIndex;

/// <summary>Patterns of insertion that split and merge a B+ tree in all its ways, compared with a sorted set.</summary>
public sealed class OrderedTreeTests : IDisposable
{
    private readonly KeyspaceArena _arena = new();
    private readonly SlabHeap _heap;
    private readonly RecordHeap _records;
    private readonly OrderedTree<ByKey> _tree;
    private readonly SortedDictionary<byte[], Record> _expected = new(ByteOrder.Instance);

    public OrderedTreeTests()
    {
        _heap = new SlabHeap(_arena);
        _records = new RecordHeap(_heap);
        _tree = new OrderedTree<ByKey>(_heap);
    }

    public void Dispose()
    {
        long budget = long.MaxValue;
        Assert.True(_heap.Release(ref budget));
        _arena.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_rising_or_falling_run_fills_its_leaves(int direction)
    {
        const int Count = 20_000;
        long before = 0;
        for (int i = 0; i < Count; i++)
        {
            Add(Key("run/", direction > 0 ? i : Count - i));
            before += i == 0 ? _heap.Bytes : 0;
        }

        Check();
        long records = Count * (Record.HeadSize + 16L);
        Assert.InRange((double)(_heap.Bytes - records) / Count, 12, 17);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "a-long-prefix-shared-by-many/")]
    public void Removing_all_in_any_order_leaves_nothing_behind(ulong seed, string prefix)
    {
        var random = new SeededRandom(seed);
        for (int round = 0; round < 3; round++)
        {
            int[] numbers = Shuffled(6000, random);
            foreach (int number in numbers)
            {
                Add(Key(prefix, number));
            }

            Check();
            int[] order = round switch
            {
                0 => Shuffled(numbers.Length, random),
                1 => [.. Enumerable.Range(0, numbers.Length)],
                _ => [.. Enumerable.Range(0, numbers.Length).Reverse()],
            };
            foreach (int number in order[..5500])
            {
                Remove(Key(prefix, number));
            }

            Check();
            foreach (int number in order[5500..])
            {
                Remove(Key(prefix, number));
            }

            Check();
            Assert.Equal(0, _heap.Bytes);
        }
    }

    [Fact]
    public void Keys_that_differ_late_in_length_or_in_zeros_are_told_apart()
    {
        var random = new SeededRandom(3);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] key = new byte[random.Next(1, 40)];
            for (int j = random.Next(3); j > 0; j--)
            {
                key[random.Next(key.Length)] = (byte)random.Next(3);
            }

            if (!_expected.ContainsKey(key))
            {
                Add(key);
            }
            else if (random.Chance(0.5))
            {
                Remove(key);
            }
        }

        Check();
        foreach (byte[] key in _expected.Keys)
        {
            Assert.True(_tree.Seek(key, exclusive: false).Current.Equals(_expected[key]));
        }
    }

    [Fact]
    public void Keys_of_the_greatest_length_are_held()
    {
        for (int i = 0; i < 300; i++)
        {
            byte[] key = new byte[4096];
            BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(4092), i * 7919 % 300);
            Add(key);
        }

        Check();
        foreach (byte[] key in _expected.Keys.ToArray())
        {
            Remove(key);
        }

        Assert.Equal(0, _heap.Bytes);
    }

    private static byte[] Key(string prefix, int number)
    {
        byte[] key = new byte[prefix.Length + 4];
        System.Text.Encoding.ASCII.GetBytes(prefix, key);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(prefix.Length), number);
        return key;
    }

    private static int[] Shuffled(int count, SeededRandom random)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
        }

        return numbers;
    }

    private void Add(byte[] key)
    {
        Record record = _records.Create(new Slot(0), key, 0, room: Math.Max(0, 16 - key.Length));
        _expected.Add(key, record);
        _tree.Insert(record);
    }

    private void Remove(byte[] key)
    {
        _expected.Remove(key, out Record record);
        _tree.Remove(record);
        _records.Free(record);
    }

    private void Check()
    {
        TreeCursor cursor = _tree.Seek([], exclusive: false);
        foreach (Record expected in _expected.Values)
        {
            Assert.True(cursor.Current.Equals(expected));
            cursor.MoveNext();
        }

        Assert.True(cursor.Current.IsNone);
    }
}
