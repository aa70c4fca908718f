using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The records of a keyspace with both indexes and the sums over them, in a heap of their own: a flush swaps the whole for an
/// empty one.
/// </summary>
internal sealed class KeyspaceState
{
    private readonly SipHash13 _hasher;
    private readonly OrderedTree _keys;

    public KeyspaceState(KeyspaceArena arena, SipHash13 hasher)
    {
        _hasher = hasher;
        Heap = new SlabHeap(arena);
        Records = new RecordHeap(Heap);
        Hashes = new HashTrie(Heap, hasher);
        _keys = new OrderedTree(Heap);
    }

    public SlabHeap Heap { get; }

    public RecordHeap Records { get; }

    public HashTrie Hashes { get; }

    /// <summary>Records held back for walks that were given up; they wait to be freed.</summary>
    public Queue<RecordQueue> Abandoned { get; } = new();

    public long Count { get; private set; }

    public long LogicalBytes { get; private set; }

    public ulong Checksum { get; private set; }

    public KeyPlace PlaceOf(Slot slot, ReadOnlySpan<byte> key) => KeyPlace.Of(_hasher, slot, key);

    public KeyPlace PlaceOf(Record record) => KeyPlace.Of(_hasher, record);

    public Record Find(KeyPlace place, Slot slot, ReadOnlySpan<byte> key) => Hashes.Find(place, slot, key);

    public long CountInSlot(Slot slot) => Hashes.CountInSlot(slot);

    public TreeCursor Seek(ReadOnlySpan<byte> key, bool exclusive) => _keys.Seek(key, exclusive);

    /// <summary>Adds a finished record whose key is not there.</summary>
    public void Add(KeyPlace place, Record record)
    {
        Hashes.Insert(place, record);
        _keys.Insert(record);
        Count++;
        Include(place, record);
    }

    /// <summary>Takes a record out of the indexes and sums; its memory is the caller's.</summary>
    public void Remove(KeyPlace place, Record record)
    {
        Hashes.Remove(place, record);
        _keys.Remove(record);
        Count--;
        Exclude(place, record);
    }

    /// <summary>Puts a finished record in the place of one with the same key, whose memory is the caller's.</summary>
    public void Replace(KeyPlace place, Record old, Record replacement)
    {
        Exclude(place, old);
        LinksOf(place, old).PointTo(replacement);
        Include(place, replacement);
    }

    /// <summary>Both indexes' references to a record, good until the next change of the indexes.</summary>
    public RecordLinks LinksOf(KeyPlace place, Record record) => new(Hashes.LinkOf(place, record), _keys.LinkOf(record));

    /// <summary>Counts a record into the sums.</summary>
    public void Include(KeyPlace place, Record record)
    {
        LogicalBytes += record.LogicalBytes;
        Checksum += StateSum.Of(place.Hash, record);
    }

    /// <summary>Counts a record out of the sums, before it changes.</summary>
    public void Exclude(KeyPlace place, Record record)
    {
        LogicalBytes -= record.LogicalBytes;
        Checksum -= StateSum.Of(place.Hash, record);
    }

    /// <summary>Counts the end of a record's value out of the sums, before it is appended to.</summary>
    public void ExcludeEnd(KeyPlace place, Record record)
    {
        LogicalBytes -= record.LogicalBytes;
        Checksum -= SumOfEnd(place, record, StateSum.LastPieceOf(record.ValueLength));
    }

    /// <summary>Counts the end of a record's value back in, after it was appended to at a length.</summary>
    public void IncludeEnd(KeyPlace place, Record record, int lengthBefore)
    {
        LogicalBytes += record.LogicalBytes;
        Checksum += SumOfEnd(place, record, StateSum.LastPieceOf(lengthBefore));
    }

    /// <summary>The checksum, computed anew.</summary>
    public ulong RecomputeChecksum()
    {
        ulong sum = 0;
        var run = new HashRun();
        run.Seek(Hashes, 0);
        while (run.TryNext(out PlacedRecord placed))
        {
            sum += StateSum.Of(PlaceOf(placed.Record).Hash, placed.Record);
        }

        return sum;
    }

    private static ulong SumOfEnd(KeyPlace place, Record record, int from) =>
        StateSum.OfHead(place.Hash, record) + StateSum.OfValue(place.Hash, record.Value, from);
}

/// <summary>The references of both indexes to one record.</summary>
internal readonly struct RecordLinks(HashLink hash, TreeCursor key)
{
    /// <summary>Points both at a record that takes the place of the other, with the same key.</summary>
    public void PointTo(Record record)
    {
        hash.PointTo(record);
        key.PointTo(record);
    }
}
