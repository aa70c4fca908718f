using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The records of a keyspace with their indexes and the sums over them, in a heap of their own: a flush swaps the whole for an
/// empty one.
/// </summary>
internal sealed class KeyspaceState
{
    private readonly SipHash13 _hasher;
    private readonly OrderedTree<ByKey> _keys;

    // Of the records with a deadline alone.
    private readonly OrderedTree<ByDeadline> _deadlines;
    private readonly bool _ofSessions;

    /// <summary>An empty state, of keys or of what a <see cref="SessionTable"/> holds.</summary>
    public KeyspaceState(KeyspaceArena arena, SipHash13 hasher, ValueChains? chains = null, bool ofSessions = false)
    {
        _hasher = hasher;
        _ofSessions = ofSessions;
        Heap = new SlabHeap(arena);
        Records = new RecordHeap(Heap, chains);
        Hashes = new HashTrie(Heap, hasher);
        _keys = new OrderedTree<ByKey>(Heap);
        _deadlines = new OrderedTree<ByDeadline>(Heap);
    }

    public SlabHeap Heap { get; }

    public RecordHeap Records { get; }

    public HashTrie Hashes { get; }

    /// <summary>Records held back for walks that were given up; they wait to be freed.</summary>
    public Queue<RecordQueue> Abandoned { get; } = new();

    public long Count { get; private set; }

    public long LogicalBytes { get; private set; }

    public ulong Checksum { get; private set; }

    /// <summary>The record with the earliest deadline, the first in key order of those that share it; none when none has one.</summary>
    public Record FirstToExpire => _deadlines.Seek(default, exclusive: false).Current;

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
        if (record.HasDeadline)
        {
            _deadlines.Insert(record);
        }

        Count++;
        Include(place, record);
    }

    /// <summary>Takes a record out of the indexes and sums; its memory is the caller's.</summary>
    public void Remove(KeyPlace place, Record record)
    {
        Hashes.Remove(place, record);
        _keys.Remove(record);
        if (record.HasDeadline)
        {
            _deadlines.Remove(record);
        }

        Count--;
        Exclude(record);
    }

    /// <summary>Puts a finished record in the place of one with the same key, whose memory is the caller's.</summary>
    public void Replace(KeyPlace place, Record old, Record replacement)
    {
        Exclude(old);
        Hashes.LinkOf(place, old).PointTo(replacement);
        _keys.LinkOf(old).PointTo(replacement);
        if (old.HasDeadline && old.DeadlineMs == replacement.DeadlineMs)
        {
            _deadlines.LinkOf(old).PointTo(replacement);
        }
        else
        {
            if (old.HasDeadline)
            {
                _deadlines.Remove(old);
            }

            if (replacement.HasDeadline)
            {
                _deadlines.Insert(replacement);
            }
        }

        Include(place, replacement);
    }

    /// <summary>Changes the deadline of a record that is not counted into the sums at the moment.</summary>
    public void Reschedule(Record record, ulong deadlineMs)
    {
        if (record.DeadlineMs == deadlineMs)
        {
            return;
        }

        if (record.HasDeadline)
        {
            _deadlines.Remove(record);
        }

        record.DeadlineMs = deadlineMs;
        if (record.HasDeadline)
        {
            _deadlines.Insert(record);
        }
    }

    /// <summary>The indexes' references to a record, good until the next change of the indexes.</summary>
    public RecordLinks LinksOf(KeyPlace place, Record record) => new(
        Hashes.LinkOf(place, record), _keys.LinkOf(record), record.HasDeadline ? _deadlines.LinkOf(record) : default);

    /// <summary>Counts a record into the sums.</summary>
    public void Include(KeyPlace place, Record record)
    {
        LogicalBytes += record.LogicalBytes;
        record.Sum = SumOf(place, record);
        Checksum += record.Sum;
    }

    /// <summary>Counts a record out of the sums, before it changes.</summary>
    public void Exclude(Record record)
    {
        LogicalBytes -= record.LogicalBytes;
        Checksum -= record.Sum;
    }

    /// <summary>Counts the end of a record's value out of the sums, before it is appended to.</summary>
    public void ExcludeEnd(KeyPlace place, Record record)
    {
        ulong gone = SumOfEnd(place, record, StateSum.LastPieceOf(record.ValueLength));
        Adjust(record, -record.LogicalBytes, 0 - gone);
    }

    /// <summary>Counts the end of a record's value back in, after it was appended to at a length.</summary>
    public void IncludeEnd(KeyPlace place, Record record, int lengthBefore)
    {
        Adjust(record, record.LogicalBytes, SumOfEnd(place, record, StateSum.LastPieceOf(lengthBefore)));
    }

    /// <summary>Counts a change of a record into the sums whose difference the caller knows.</summary>
    public void Adjust(Record record, long logicalBytes, ulong sum)
    {
        LogicalBytes += logicalBytes;
        record.Sum += sum;
        Checksum += sum;
    }

    /// <summary>Frees what walks that were given up had held back, until the budget is used up.</summary>
    public void FreeAbandoned(ref long budget)
    {
        while (budget > 0 && Abandoned.TryPeek(out RecordQueue? queue))
        {
            if (!queue.TryDequeue(out Record record))
            {
                Abandoned.Dequeue();
                continue;
            }

            budget -= record.Size;
            Records.Free(record);
        }
    }

    /// <summary>The checksum, computed anew.</summary>
    public ulong RecomputeChecksum()
    {
        ulong sum = 0;
        var run = new HashRun();
        run.Seek(Hashes, 0);
        while (run.TryNext(out PlacedRecord placed))
        {
            sum += SumOf(PlaceOf(placed.Record), placed.Record);
        }

        return sum;
    }

    private ulong SumOf(KeyPlace place, Record record) =>
        _ofSessions ? SessionSum.Of(place.Hash, record) : StateSum.Of(place.Hash, record);

    private static ulong SumOfEnd(KeyPlace place, Record record, int from) =>
        StateSum.OfHead(place.Hash, record) + StateSum.OfValue(place.Hash, record.Value, from);
}

/// <summary>The references of the indexes to one record; of the deadlines' when it has one.</summary>
internal readonly struct RecordLinks(HashLink hash, TreeCursor key, TreeCursor deadline)
{
    /// <summary>Points all at a record that takes the place of the other, with the same key and deadline.</summary>
    public void PointTo(Record record)
    {
        hash.PointTo(record);
        key.PointTo(record);
        if (record.HasDeadline)
        {
            deadline.PointTo(record);
        }
    }
}
