using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Gathers the items of a batch's results, and writes them behind the header once it is known how the batch ended.</summary>
internal sealed class BatchResultWriter
{
    // What a batch with long values needed is not kept for the next.
    private const int KeptBytes = 1 << 20;
    private const int MaxItemHeadSize = 2 + (3 * sizeof(ulong)) + (2 * sizeof(uint));

    private ArrayBufferWriter<byte> _items = new();
    private uint _count;

    /// <summary>The bytes that <see cref="WriteTo"/> writes.</summary>
    public int Size => BatchResultFormat.HeaderSize + _items.WrittenCount;

    public void Add(in ApplyResult result, bool hasPayload)
    {
        long number = result.Number != 0 ? result.Number : result.Deleted;
        BatchItemFlags flags = If(result.Found, BatchItemFlags.Found)
            | If(result.Created, BatchItemFlags.Created)
            | If(result.Changed, BatchItemFlags.Changed)
            | If(result.Revision != Revision.None, BatchItemFlags.HasRevision)
            | If(number != 0, BatchItemFlags.HasNumber)
            | If(result.Length != 0, BatchItemFlags.HasLength)
            | If(result.DeadlineMs != 0, BatchItemFlags.HasDeadline)
            | If(hasPayload, BatchItemFlags.HasPayload);
        var writer = new CommandWriter(_items.GetSpan(MaxItemHeadSize + result.OldValue.Length));
        writer.Byte((byte)result.Status);
        writer.Byte((byte)flags);
        if (result.Revision != Revision.None)
        {
            writer.UInt64(result.Revision.Value);
        }

        if (number != 0)
        {
            writer.UInt64((ulong)number);
        }

        if (result.Length != 0)
        {
            writer.UInt32((uint)result.Length);
        }

        if (result.DeadlineMs != 0)
        {
            writer.UInt64(result.DeadlineMs);
        }

        if (hasPayload)
        {
            writer.Value(result.OldValue);
        }

        _items.Advance(writer.Written);
        _count++;
    }

    private static BatchItemFlags If(bool condition, BatchItemFlags flag) => condition ? flag : BatchItemFlags.None;

    /// <summary>Forgets the items.</summary>
    public void Reset()
    {
        if (_items.Capacity > KeptBytes)
        {
            _items = new ArrayBufferWriter<byte>();
        }

        _items.ResetWrittenCount();
        _count = 0;
    }

    public void WriteTo(IBufferWriter<byte> output, ApplyStatus status, int failedAt, Revision revision)
    {
        Span<byte> header = output.GetSpan(BatchResultFormat.HeaderSize);
        header[0] = BatchResultFormat.Version;
        header[1] = (byte)status;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], failedAt < 0 ? BatchResultFormat.NoneFailed : (uint)failedAt);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], _count);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], revision.Value);
        output.Advance(BatchResultFormat.HeaderSize);
        output.Write(_items.WrittenSpan);
    }
}
