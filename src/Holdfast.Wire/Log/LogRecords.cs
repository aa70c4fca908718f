using System.Buffers.Binary;
using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Wire.Log;

/// <summary>
/// What the engine writes to its log (version 1, little-endian).
/// A state record: <code> 0 u8 version   1 u8 has vote   2 u8[6] zero   8 u64 term   16 u64 vote   24 u64 base term   32 u64 base index</code>
/// An entries record: <code> 0 u8 version   1 u8[7] zero   8 u64 commit   16 entries as <see cref="Messages.EntryBlock"/></code>
/// The base of a state record is the snapshot that the log goes on from when it was installed from a leader: entries that stood
/// before the record are void then. A zero base voids nothing. The commit index of an entries record is what was known when it
/// was written; it lets recovery apply without waiting for a leader.
/// </summary>
public static class LogRecords
{
    /// <summary>The bytes of a state record.</summary>
    public const int StateBytes = 40;

    /// <summary>The bytes of an entries record before its entries.</summary>
    public const int EntriesHeaderBytes = 16;

    private const byte FormatVersion = 1;

    /// <summary>Encodes a state record into <see cref="StateBytes"/> bytes.</summary>
    public static void EncodeState(in HardState state, EntryId restart, Span<byte> output)
    {
        output[..StateBytes].Clear();
        output[0] = FormatVersion;
        output[1] = state.Vote is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteUInt64LittleEndian(output[8..], state.Term.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(output[16..], state.Vote?.Value ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(output[24..], restart.Term.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(output[32..], restart.Index.Value);
    }

    /// <summary>Reads a state record; false when it is malformed or newer than this program.</summary>
    public static bool TryDecodeState(ReadOnlySpan<byte> record, out HardState state, out EntryId restart)
    {
        state = default;
        restart = default;
        if (record.Length != StateBytes || record[0] != FormatVersion)
        {
            return false;
        }

        var vote = new ReplicaId(BinaryPrimitives.ReadUInt64LittleEndian(record[16..]));
        state = new HardState(new Term(BinaryPrimitives.ReadUInt64LittleEndian(record[8..])), record[1] == 0 ? null : vote);
        restart = new EntryId(
            new Term(BinaryPrimitives.ReadUInt64LittleEndian(record[24..])),
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(record[32..])));
        return true;
    }

    /// <summary>Encodes the head of an entries record; the entries follow it.</summary>
    public static void EncodeEntriesHeader(LogIndex commit, Span<byte> output)
    {
        output[..EntriesHeaderBytes].Clear();
        output[0] = FormatVersion;
        BinaryPrimitives.WriteUInt64LittleEndian(output[8..], commit.Value);
    }

    /// <summary>Reads the head of an entries record; false when it is malformed or newer than this program.</summary>
    public static bool TryDecodeEntriesHeader(ReadOnlySpan<byte> record, out LogIndex commit)
    {
        commit = default;
        if (record.Length < EntriesHeaderBytes || record[0] != FormatVersion)
        {
            return false;
        }

        commit = new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));
        return true;
    }
}
