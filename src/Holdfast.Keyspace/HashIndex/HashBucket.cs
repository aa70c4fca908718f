using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>An entry of a bucket, to be pointed at a record that takes the place of another with the same key.</summary>
internal readonly unsafe struct HashLink(ulong* entry)
{
    public void PointTo(Record record) => *entry = HashBucket.EntryOf(record, HashBucket.TagOf(*entry));
}

/// <summary>
/// A leaf of the <see cref="HashTrie"/>: entries in no order, each the address of a record in 48 bits with a 16-bit tag above, so
/// that a look-up reads few records but the right one.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HashBucket
{
    /// <summary>A bucket of so many entries is split before another is added.</summary>
    public const int SplitAt = 64;

    private const int HeadSize = 8;
    private const int TagShift = 48;
    private const ulong AddressMask = (1UL << TagShift) - 1;

    public int Count;
    private int _capacity;

    /// <summary>The entries, which follow the head. Buckets lie in native memory, so they stay.</summary>
    public ulong* Entries
    {
        get
        {
            fixed (HashBucket* self = &this)
            {
                return (ulong*)((byte*)self + HeadSize);
            }
        }
    }

    public static ulong EntryOf(Record record, ushort tag) => (ulong)record.Address | ((ulong)tag << TagShift);

    public static ushort TagOf(ulong entry) => (ushort)(entry >> TagShift);

    public static Record RecordOf(ulong entry) => new((byte*)(entry & AddressMask));

    public static HashBucket* Create(SlabHeap heap, int room)
    {
        int size = SlabHeap.CapacityFor(SizeOf(room));
        var bucket = (HashBucket*)heap.Allocate(size);
        bucket->Count = 0;
        bucket->_capacity = (size - HeadSize) / sizeof(ulong);
        return bucket;
    }

    public static void Free(SlabHeap heap, HashBucket* bucket) =>
        heap.Free((byte*)bucket, SlabHeap.IsLarge(SizeOf(bucket->_capacity)));

    /// <summary>The bucket, moved if need be, with room for one more.</summary>
    public static HashBucket* WithRoom(SlabHeap heap, HashBucket* bucket) =>
        bucket->Count < bucket->_capacity ? bucket : Move(heap, bucket, bucket->Count + 1 + (bucket->Count / 4));

    /// <summary>The bucket, moved if it is half empty; none if it is empty.</summary>
    public static HashBucket* Fitted(SlabHeap heap, HashBucket* bucket)
    {
        if (bucket->Count == 0)
        {
            Free(heap, bucket);
            return null;
        }

        return bucket->Count < bucket->_capacity / 2 ? Move(heap, bucket, bucket->Count + (bucket->Count / 4)) : bucket;
    }

    public void Add(ulong entry)
    {
        Invariant.Require(Count < _capacity, "an entry is added where there is room");
        Entries[Count++] = entry;
    }

    public ulong* Find(ushort tag, Slot slot, ReadOnlySpan<byte> key)
    {
        ulong* entries = Entries;
        for (int i = 0; i < Count; i++)
        {
            if (TagOf(entries[i]) == tag)
            {
                Record record = RecordOf(entries[i]);
                if (record.Slot == slot && record.Key.SequenceEqual(key))
                {
                    return entries + i;
                }
            }
        }

        return null;
    }

    /// <summary>The first record with a tag, which is all but always the only one; reads no record. None if there is none.</summary>
    public Record FirstWith(ushort tag)
    {
        ulong* entries = Entries;
        for (int i = 0; i < Count; i++)
        {
            if (TagOf(entries[i]) == tag)
            {
                return RecordOf(entries[i]);
            }
        }

        return Record.None;
    }

    public ulong* Find(Record record)
    {
        ulong* entries = Entries;
        for (int i = 0; i < Count; i++)
        {
            if (RecordOf(entries[i]).Equals(record))
            {
                return entries + i;
            }
        }

        return null;
    }

    public bool Remove(Record record)
    {
        ulong* entry = Find(record);
        if (entry == null)
        {
            return false;
        }

        *entry = Entries[--Count];
        return true;
    }

    private static HashBucket* Move(SlabHeap heap, HashBucket* bucket, int room)
    {
        HashBucket* moved = Create(heap, room);
        moved->Count = bucket->Count;
        new ReadOnlySpan<ulong>(bucket->Entries, bucket->Count).CopyTo(new Span<ulong>(moved->Entries, moved->_capacity));
        Free(heap, bucket);
        return moved;
    }

    private static int SizeOf(int capacity) => HeadSize + (capacity * sizeof(ulong));
}
