using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The stored form of a command's result, frozen by golden tests since snapshots hold it. All numbers are variable in length:
/// <code>
/// result  status u8, flags, [revision], [length], [number signed], [deleted], [deadline], [bound], [failed operation signed],
///         [size of next key], [size of old value], [size of batch results], next key, old value, batch results
/// </code>
/// What the flags don't announce is not there, and zero.
/// </summary>
internal static class KeptResult
{
    /// <summary>The most bytes before the next key, the old value and the results of a batch.</summary>
    public const int MaxHeadSize = 1 + (11 * VarintWriter.MaxSize);

    /// <summary>Stored: bits are never changed or reused. Those of common results fit in a byte.</summary>
    [Flags]
    private enum Parts : uint
    {
        None = 0,
        Found = 1,
        Created = 2,
        Changed = 4,
        Revision = 8,
        Length = 16,
        Number = 32,
        Deleted = 64,
        Deadline = 128,
        More = 256,
        Bound = 512,
        FailedAt = 1024,
        NextKey = 2048,
        OldValue = 4096,
        BatchResults = 8192,
        All = 16383,
    }

    /// <summary>Writes what goes before the bytes of the next key and so on; returns how much that is.</summary>
    public static int WriteHead(in ApplyResult result, int batchResultsLength, Span<byte> head)
    {
        Parts parts = PartsOf(result, batchResultsLength);
        var writer = new VarintWriter(head);
        writer.Byte((byte)result.Status);
        writer.Number((uint)parts);
        Write(ref writer, parts & Parts.Revision, result.Revision.Value);
        Write(ref writer, parts & Parts.Length, (uint)result.Length);
        if ((parts & Parts.Number) != Parts.None)
        {
            writer.Signed(result.Number);
        }

        Write(ref writer, parts & Parts.Deleted, (ulong)result.Deleted);
        Write(ref writer, parts & Parts.Deadline, result.DeadlineMs);
        Write(ref writer, parts & Parts.Bound, result.Bound.Value);
        if ((parts & Parts.FailedAt) != Parts.None)
        {
            writer.Signed(result.FailedAt);
        }

        Write(ref writer, parts & Parts.NextKey, (uint)result.NextKey.Length);
        Write(ref writer, parts & Parts.OldValue, (uint)result.OldValue.Length);
        Write(ref writer, parts & Parts.BatchResults, (uint)batchResultsLength);
        return writer.Written;
    }

    /// <summary>Reads a result, in place; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ref ApplyResult result, out ReadOnlySpan<byte> batchResults)
    {
        var reader = new VarintReader(source);
        result.Status = (ApplyStatus)reader.Byte();
        ulong bits = reader.Number();
        var parts = (Parts)(bits & (ulong)Parts.All);
        result.Found = (parts & Parts.Found) != Parts.None;
        result.Created = (parts & Parts.Created) != Parts.None;
        result.Changed = (parts & Parts.Changed) != Parts.None;
        result.More = (parts & Parts.More) != Parts.None;
        result.Revision = new Revision(Read(ref reader, parts & Parts.Revision));
        result.Length = (int)Read(ref reader, parts & Parts.Length);
        result.Number = (parts & Parts.Number) != Parts.None ? reader.Signed() : 0;
        result.Deleted = (long)Read(ref reader, parts & Parts.Deleted);
        result.DeadlineMs = Read(ref reader, parts & Parts.Deadline);
        result.Bound = new Revision(Read(ref reader, parts & Parts.Bound));
        result.FailedAt = (parts & Parts.FailedAt) != Parts.None ? (int)reader.Signed() : 0;
        ulong nextKeySize = Read(ref reader, parts & Parts.NextKey);
        ulong oldValueSize = Read(ref reader, parts & Parts.OldValue);
        ulong batchResultsSize = Read(ref reader, parts & Parts.BatchResults);
        result.NextKey = reader.Bytes(nextKeySize);
        result.OldValue = reader.Bytes(oldValueSize);
        batchResults = reader.Bytes(batchResultsSize);
        return bits <= (ulong)Parts.All && !reader.HasFailed && reader.IsAtEnd;
    }

    private static Parts PartsOf(in ApplyResult result, int batchResultsLength) =>
        If(result.Found, Parts.Found)
        | If(result.Created, Parts.Created)
        | If(result.Changed, Parts.Changed)
        | If(result.More, Parts.More)
        | If(result.Revision != Revision.None, Parts.Revision)
        | If(result.Length != 0, Parts.Length)
        | If(result.Number != 0, Parts.Number)
        | If(result.Deleted != 0, Parts.Deleted)
        | If(result.DeadlineMs != 0, Parts.Deadline)
        | If(result.Bound != Revision.None, Parts.Bound)
        | If(result.FailedAt != 0, Parts.FailedAt)
        | If(!result.NextKey.IsEmpty, Parts.NextKey)
        | If(!result.OldValue.IsEmpty, Parts.OldValue)
        | If(batchResultsLength != 0, Parts.BatchResults);

    private static Parts If(bool condition, Parts part) => condition ? part : Parts.None;

    private static void Write(ref VarintWriter writer, Parts part, ulong value)
    {
        if (part != Parts.None)
        {
            writer.Number(value);
        }
    }

    private static ulong Read(ref VarintReader reader, Parts part) => part != Parts.None ? reader.Number() : 0;
}
