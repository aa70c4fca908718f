using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Holdfast.Keyspace;

/// <summary>
/// What a record adds to a keyspace's checksum: a hash of its head, and one of each 256 bytes of its value with their place, so
/// that an append to a long value need not read all of it. All are seeded by the key's keyed hash. Never changes.
/// </summary>
internal static class StateSum
{
    public const int PieceSize = 256;

    private const ulong HeadMark = 0xA076_1D64_78BD_642F;
    private const ulong PieceMark = 0xE703_7ED1_A0B4_28DB;

    /// <summary>What group time adds to a keyspace's checksum. Nothing at the beginning, as in programs that had no time.</summary>
    public static ulong OfTime(ulong timeMs) => timeMs == 0 ? 0 : Fold(timeMs ^ HeadMark, timeMs ^ PieceMark);

    /// <summary>What the whole record adds.</summary>
    public static ulong Of(ulong keyHash, Record record) => OfHead(keyHash, record) + OfValue(keyHash, record.Value);

    /// <summary>What all but the value's bytes add.</summary>
    public static ulong OfHead(ulong keyHash, Record record)
    {
        ulong state = Fold(record.Revision.Value ^ HeadMark, keyHash ^ record.DeadlineMs);
        return Fold(state ^ (ulong)record.ValueLength, keyHash ^ HeadMark);
    }

    /// <summary>What the value's bytes add from place <paramref name="from"/> on, a multiple of <see cref="PieceSize"/>.</summary>
    public static ulong OfValue(ulong keyHash, ReadOnlySpan<byte> value, int from = 0)
    {
        ulong sum = 0;
        for (int start = from; start < value.Length; start += PieceSize)
        {
            sum += OfPiece(keyHash ^ (ulong)start, value.Slice(start, Math.Min(PieceSize, value.Length - start)));
        }

        return sum;
    }

    /// <summary>The start of the piece that a value of that length ends in.</summary>
    public static int LastPieceOf(int valueLength) => valueLength & ~(PieceSize - 1);

    private static ulong OfPiece(ulong seed, ReadOnlySpan<byte> piece)
    {
        ulong state = Fold((ulong)piece.Length ^ PieceMark, seed);
        while (piece.Length >= 16)
        {
            state = Fold(
                state ^ BinaryPrimitives.ReadUInt64LittleEndian(piece),
                seed ^ BinaryPrimitives.ReadUInt64LittleEndian(piece[8..]));
            piece = piece[16..];
        }

        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        piece.CopyTo(rest);
        return Fold(
            state ^ BinaryPrimitives.ReadUInt64LittleEndian(rest),
            seed ^ BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
    }

    // The halves of the product, folded. The right factor always has the keyed hash in it, so that no data can be made that blots
    // the left one out; the factors are mixed in again for the case that it happens to be zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Fold(ulong left, ulong right)
    {
        // The low half is multiplied again: the processor does both at once, while the other way goes through memory.
        ulong high = Math.BigMul(left, right, out _);
        return (left * right ^ left) ^ (high ^ right);
    }
}
