using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// What the records of a <see cref="SessionTable"/> add to the checksum. That of a block is a sum over its entries and its head, so
/// that a write need not read the entries before its own. Never changes.
/// </summary>
internal static class SessionSum
{
    private const ulong SessionMark = 0x8EBC_6AF0_9C88_C6E3;
    private const ulong BlockMark = 0x5899_65CC_7537_4CC3;
    private const ulong EntryMark = 0x1D8E_4E27_C47D_124F;

    public static ulong Of(ulong keyHash, Record record) =>
        SessionKey.IsSession(record.Key) ? OfSession(keyHash, record.Revision, record.DeadlineMs, SessionHead.Read(record.Value))
        : SessionKey.IsBlock(record.Key) ? OfBlockHead(keyHash, record) + OfEntries(keyHash, record.Value)
        : StateSum.Of(keyHash, record);

    public static ulong OfSession(ulong keyHash, Revision revision, ulong deadlineMs, in SessionHead head)
    {
        ulong state = StateSum.Fold(revision.Value ^ SessionMark, keyHash ^ deadlineMs);
        state = StateSum.Fold(state ^ head.LowestOpen, keyHash ^ head.Birth.Value);
        return StateSum.Fold(state ^ head.Highest, keyHash ^ head.FirstToFree);
    }

    /// <summary>What a block adds beside its entries.</summary>
    public static ulong OfBlockHead(ulong keyHash, Record block) =>
        StateSum.Fold(block.Revision.Value ^ BlockMark, keyHash ^ (ulong)block.ValueLength);

    // The last words overlap those before where the bytes don't fill them: an entry holds its length.
    public static ulong OfEntry(ulong keyHash, ReadOnlySpan<byte> entry)
    {
        ulong state = EntryMark;
        for (ReadOnlySpan<byte> rest = entry; rest.Length > 2 * sizeof(ulong); rest = rest[(2 * sizeof(ulong))..])
        {
            state = Mix(state, keyHash, WordAt(rest, 0), WordAt(rest, sizeof(ulong)));
        }

        state = entry.Length > sizeof(ulong)
            ? Mix(state, keyHash, WordAt(entry, Math.Max(0, entry.Length - (2 * sizeof(ulong)))), WordAt(entry, entry.Length - sizeof(ulong)))
            : Mix(state, keyHash, WordOf(entry), 0);
        return StateSum.Fold(state, keyHash ^ EntryMark);
    }

    private static ulong OfEntries(ulong keyHash, ReadOnlySpan<byte> block)
    {
        ulong sum = 0;
        while (!block.IsEmpty)
        {
            int size = ResultBlock.EntryHeadSize + block[1];
            sum += OfEntry(keyHash, block[..size]);
            block = block[size..];
        }

        return sum;
    }

    private static ulong Mix(ulong state, ulong keyHash, ulong left, ulong right) => StateSum.Fold(state ^ left, keyHash ^ right);

    private static ulong WordAt(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static ulong WordOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        word.Clear();
        bytes.CopyTo(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }
}
