using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The keys that expire, in the order of their deadlines and, among equal ones, of their keys. It names keys and holds no reference to
/// their records, which may move, grow or be replaced without it noticing. A key that does not expire costs it nothing.
/// </summary>
internal sealed class Deadlines(SlabHeap heap, RecordHeap records)
{
    private const int DeadlineBytes = sizeof(ulong);
    private const int LongestName = DeadlineBytes + KeyspaceOptions.MaxKeyBytesLimit;

    private readonly OrderedTree _names = new(heap);

    /// <summary>How many keys expire.</summary>
    public long Count { get; private set; }

    /// <summary>The first deadline; 0 when no key expires.</summary>
    public ulong FirstMs => TryFirst(out Due due) ? due.DeadlineMs : 0;

    /// <summary>Adds a key that expires.</summary>
    [SkipLocalsInit]
    public void Add(Record record)
    {
        _names.Insert(records.Create(record.Slot, NameOf(record, stackalloc byte[LongestName]), valueLength: 0));
        Count++;
    }

    /// <summary>Removes a key that expires, before its deadline changes or it goes.</summary>
    [SkipLocalsInit]
    public void Remove(Record record)
    {
        ReadOnlySpan<byte> name = NameOf(record, stackalloc byte[LongestName]);
        Record entry = _names.Seek(name, exclusive: false).Current;
        Invariant.Require(!entry.IsNone && entry.Key.SequenceEqual(name), "a key with a deadline stands among those that expire");
        _names.Remove(entry);
        records.Free(entry);
        Count--;
    }

    /// <summary>The key that expires first. Its span is good until the next change.</summary>
    public bool TryFirst(out Due due)
    {
        Record entry = _names.Seek(default, exclusive: false).Current;
        due = entry.IsNone
            ? default
            : new Due(BinaryPrimitives.ReadUInt64BigEndian(entry.Key), entry.Slot, entry.Key[DeadlineBytes..]);
        return !entry.IsNone;
    }

    private static ReadOnlySpan<byte> NameOf(Record record, Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt64BigEndian(buffer, record.DeadlineMs);
        record.Key.CopyTo(buffer[DeadlineBytes..]);
        return buffer[..(DeadlineBytes + record.Key.Length)];
    }

    /// <summary>A key that expires.</summary>
    internal readonly ref struct Due(ulong deadlineMs, Slot slot, ReadOnlySpan<byte> key)
    {
        public ulong DeadlineMs { get; } = deadlineMs;

        public Slot Slot { get; } = slot;

        public ReadOnlySpan<byte> Key { get; } = key;
    }
}
