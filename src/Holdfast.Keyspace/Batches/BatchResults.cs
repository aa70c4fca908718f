using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Reads a batch's results, in place.</summary>
public ref struct BatchResults
{
    private CommandReader _items;
    private int _read;

    /// <summary>How the batch ended: <see cref="ApplyStatus.Applied"/>, or as the operation that failed it did.</summary>
    public ApplyStatus Status { get; private set; }

    /// <summary>The index of the operation that failed the batch; -1 for none.</summary>
    public int FailedAt { get; private set; }

    /// <summary>How many items there are: one for each operation, or of a batch that failed the failed operation's alone.</summary>
    public int Count { get; private set; }

    /// <summary>The partition's revision after the batch: of the last key changed, if any was.</summary>
    public Revision Revision { get; private set; }

    /// <summary>Begins to read results; false when the bytes are not whole results of a version that this program knows.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> source, out BatchResults results)
    {
        var reader = new CommandReader(source);
        byte version = reader.Byte();
        results = new BatchResults { Status = (ApplyStatus)reader.Byte() };
        bool known = version == BatchResultFormat.Version && reader.UInt16() == 0;
        results.FailedAt = (int)reader.UInt32();
        uint count = reader.UInt32();
        results.Revision = new Revision(reader.UInt64());
        if (!known || reader.IsTruncated || count > BatchBuilder.MaxOperations || results.FailedAt is < -1 or >= BatchBuilder.MaxOperations)
        {
            results = default;
            return false;
        }

        results.Count = (int)count;
        results._items = reader;
        BatchResults ahead = results;
        while (ahead.TryReadNext(out _))
        {
        }

        bool whole = ahead._read == results.Count && !ahead._items.IsTruncated && ahead._items.IsAtEnd;
        if (!whole)
        {
            results = default;
        }

        return whole;
    }

    /// <summary>The next item; false after the last.</summary>
    public bool TryReadNext(out BatchItem item)
    {
        item = default;
        if (_read == Count || _items.IsTruncated)
        {
            return false;
        }

        var status = (ApplyStatus)_items.Byte();
        var flags = (BatchItemFlags)_items.Byte();
        item = new BatchItem
        {
            Status = status,
            Found = Has(BatchItemFlags.Found),
            Created = Has(BatchItemFlags.Created),
            Changed = Has(BatchItemFlags.Changed),
            HasPayload = Has(BatchItemFlags.HasPayload),
            Revision = new Revision(Has(BatchItemFlags.HasRevision) ? _items.UInt64() : 0),
            Number = Has(BatchItemFlags.HasNumber) ? (long)_items.UInt64() : 0,
            Length = Has(BatchItemFlags.HasLength) ? (int)_items.UInt32() : 0,
            DeadlineMs = Has(BatchItemFlags.HasDeadline) ? _items.UInt64() : 0,
            Payload = Has(BatchItemFlags.HasPayload) ? _items.Value() : default,
        };
        _read++;
        return true;

        bool Has(BatchItemFlags flag) => (flags & flag) != BatchItemFlags.None;
    }
}

/// <summary>What one operation of a batch gave. Its payload points into the bytes that it was read from.</summary>
public readonly ref struct BatchItem
{
    /// <summary>How it ended.</summary>
    public ApplyStatus Status { get; init; }

    /// <summary>Whether the key existed before the operation; of a copy or rename, the source.</summary>
    public bool Found { get; init; }

    /// <summary>Whether the operation made a key that did not exist.</summary>
    public bool Created { get; init; }

    /// <summary>Whether the operation changed anything.</summary>
    public bool Changed { get; init; }

    /// <summary>After a change the revision of the key changed last; else the key's, none when absent.</summary>
    public Revision Revision { get; init; }

    /// <summary>The sum of an increment that applied; else how many keys were removed.</summary>
    public long Number { get; init; }

    /// <summary>The value's length in bytes after a put, append, increment, copy or rename that applied; of a get or measure.</summary>
    public int Length { get; init; }

    /// <summary>The key's deadline after the operation, in ms of group time; 0 when it has none or is absent.</summary>
    public ulong DeadlineMs { get; init; }

    /// <summary>Whether there is a value to give: of a key found, to a get or an operation that asked for the value before.</summary>
    public bool HasPayload { get; init; }

    /// <summary>That value.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
