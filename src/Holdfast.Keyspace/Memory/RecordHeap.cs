using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Makes, grows and frees records in a heap. Those that a chain leans on are not freed but are the chain's from then on.</summary>
internal sealed unsafe class RecordHeap(SlabHeap heap, ValueChains? chains = null)
{
    /// <summary>A record with that key and an unwritten value; <paramref name="room"/> is how long the value may become in place.</summary>
    public Record Create(Slot slot, ReadOnlySpan<byte> key, int valueLength, int room = 0)
    {
        int size = Record.HeadSize + key.Length + Math.Max(valueLength, room);
        return Record.Write(heap.Allocate(size), SlabHeap.IsLarge(size), slot, key, valueLength);
    }

    /// <summary>A record equal to another, with that much room.</summary>
    public Record Clone(Record original, int room = 0)
    {
        Record copy = Create(original.Slot, original.Key, original.ValueLength, room);
        copy.Revision = original.Revision;
        copy.DeadlineMs = original.DeadlineMs;
        copy.Sum = original.Sum;
        original.Value.CopyTo(copy.Resize(original.ValueLength));
        return copy;
    }

    /// <summary>Whether a value of that length fits where the record is.</summary>
    public static bool Fits(Record record, int valueLength) =>
        SizeWith(record, valueLength) <= SlabHeap.CapacityOf(record.Address, record.IsLarge);

    /// <summary>Whether a value of that length fits where the record is and would not be given a smaller place.</summary>
    public static bool FitsExactly(Record record, int valueLength) =>
        SlabHeap.CapacityFor(SizeWith(record, valueLength)) == SlabHeap.CapacityOf(record.Address, record.IsLarge);

    /// <summary>The record in a place with that much room for its value; it may move, and the old record is gone.</summary>
    public Record Grow(Record record, int room)
    {
        if (record.IsLarge)
        {
            return new Record(heap.ResizeLarge(record.Address, SizeWith(record, room)));
        }

        Record grown = Clone(record, room);
        Free(record);
        return grown;
    }

    /// <summary>A large record without more room than it needs; it may move, and the old record is gone.</summary>
    public Record Trim(Record record) => new(heap.ResizeLarge(record.Address, record.Size));

    public void Free(Record record)
    {
        if (chains is not null && ValueChain.Of(record) != null)
        {
            chains.Keep(record, heap);
        }
        else
        {
            heap.Free(record.Address, record.IsLarge);
        }
    }

    private static int SizeWith(Record record, int valueLength) => Record.HeadSize + record.Key.Length + valueLength;
}
