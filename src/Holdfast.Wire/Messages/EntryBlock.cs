using System.Buffers.Binary;
using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Wire.Messages;

/// <summary>
/// Consecutive entries as bytes, the same on the wire and in the log (version 1 of both, little-endian), each:
/// <code> 0 u64 term   8 u64 index   16 u8 kind   17 u8[3] zero   20 u32 length   24 data</code>
/// </summary>
public static class EntryBlock
{
    private const int EntryHeaderBytes = 24;

    /// <summary>How many bytes <see cref="Encode"/> writes.</summary>
    public static int SizeOf(ReadOnlySpan<Entry> entries)
    {
        int size = 0;
        foreach (ref readonly Entry entry in entries)
        {
            size += EntryHeaderBytes + entry.Data.Length;
        }

        return size;
    }

    /// <summary>Encodes entries into a span of at least <see cref="SizeOf"/> bytes.</summary>
    public static void Encode(ReadOnlySpan<Entry> entries, Span<byte> output)
    {
        foreach (ref readonly Entry entry in entries)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(output, entry.Id.Term.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(output[8..], entry.Id.Index.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(output[16..], (byte)entry.Kind);
            BinaryPrimitives.WriteUInt32LittleEndian(output[20..], (uint)entry.Data.Length);
            entry.Data.Span.CopyTo(output[EntryHeaderBytes..]);
            output = output[(EntryHeaderBytes + entry.Data.Length)..];
        }
    }

    /// <summary>Reads all entries of a block, appending them to <paramref name="entries"/>; their data points into the block. False when malformed.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> block, List<Entry> entries)
    {
        while (!block.IsEmpty)
        {
            if (block.Length < EntryHeaderBytes)
            {
                return false;
            }

            ReadOnlySpan<byte> span = block.Span;
            var id = new EntryId(
                new Term(BinaryPrimitives.ReadUInt64LittleEndian(span)),
                new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(span[8..])));
            uint kind = BinaryPrimitives.ReadUInt32LittleEndian(span[16..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(span[20..]);
            if (length > block.Length - EntryHeaderBytes || kind is < (byte)EntryKind.NoOp or > (byte)EntryKind.Configuration)
            {
                return false;
            }

            entries.Add(new Entry(id, (EntryKind)kind, block.Slice(EntryHeaderBytes, (int)length)));
            block = block[(EntryHeaderBytes + (int)length)..];
        }

        return true;
    }
}
