using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The stored form of a snapshot: little-endian, versioned, frozen by golden tests. A header, then items that each begin with
/// their kind (u8): if changes are kept and if there ever were sessions the heads of these, then any number of records, in no order that
/// matters, and changes, in the order of their revisions, and the footer.
/// <code>
/// header  "HFKS", version u16, header size u16, hash seed u64, revision u64, keys u64, logical bytes u64, checksum u64, time u64, 0 u64
/// record  1 u8, slot u16, key length u16, value length u32, revision u64, deadline u64, key, value
/// history head     4 u8, floor revision u64, changes u64, bytes u64
/// change  5 u8, kind u8, slot u16, key length u16, value length u32, revision u64, deadline u64, time u64, base revision u64, key, value
/// sessions head    6 u8, changes u64, session records u64, logical bytes u64, checksum u64
/// session record   7 u8, then as a record; its revision is one of the changes
/// footer  255 u8, records u64, CRC-32C of all before u32
/// </code>
/// The checksums are of the records alone, each of its own kind; the header and the footer count the records of keys. Group time was
/// not there once, and zero; programs that know no sessions, or no history, refuse their items. Without a history
/// head nothing is kept before the revision. A change with a base is one whose value begins with that of the change of that revision; then
/// neither the key nor that part of the value is there again. The slot is there only of a change that may be a base. Kinds 2 and 3
/// were sessions whose results were records each, which is no longer read. The other kinds are kept for other state.
/// </summary>
internal static class SnapshotFormat
{
    public const ushort Version = 1;
    public const int HeaderSize = 64;
    public const int RecordHeadSize = 25;
    public const int SessionsHeadSize = 33;
    public const int HistoryHeadSize = 25;
    public const int ChangeHeadSize = 42;
    public const int FooterSize = 13;
    public const int FooterCrcAt = 9;
    public const int FixedBytes = HeaderSize + HistoryHeadSize + SessionsHeadSize + FooterSize;
    public const byte RecordKind = 1;
    public const byte HistoryHeadKind = 4;
    public const byte ChangeItemKind = 5;
    public const byte SessionsHeadKind = 6;
    public const byte SessionRecordKind = 7;
    public const byte FooterKind = 255;

    /// <summary>The head of sessions in an earlier form.</summary>
    public const byte FormerSessionsHeadKind = 2;

    private const uint Magic = 0x534B_4648;

    public static void WriteHeader(Span<byte> output, SnapshotHeader header)
    {
        output[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(output, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(output[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(output[6..], HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(output[8..], header.HashSeed);
        WriteSums(output[16..], header.Keys);
        BinaryPrimitives.WriteUInt64LittleEndian(output[48..], header.TimeMs);
    }

    public static SnapshotHeader ReadHeader(ReadOnlySpan<byte> input)
    {
        SnapshotFormatException.Require(BinaryPrimitives.ReadUInt32LittleEndian(input) == Magic, "it does not begin as a snapshot does");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(input[4..]);
        SnapshotFormatException.Require(version == Version, $"its format version is {version}, and this program knows {Version}");
        SnapshotFormatException.Require(BinaryPrimitives.ReadUInt16LittleEndian(input[6..]) == HeaderSize, "its header has another size");
        SnapshotFormatException.Require(
            !input[56..HeaderSize].ContainsAnyExcept((byte)0), "it holds state that this program does not know");
        return new SnapshotHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(input[8..]),
            ReadSums(input[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(input[48..]));
    }

    public static void WriteSessionsHead(Span<byte> output, SnapshotSums sessions)
    {
        output[0] = SessionsHeadKind;
        WriteSums(output[1..], sessions);
    }

    public static SnapshotSums ReadSessionsHead(ReadOnlySpan<byte> input) => ReadSums(input[1..]);

    public static void WriteHistoryHead(Span<byte> output, HistorySums history)
    {
        output[0] = HistoryHeadKind;
        BinaryPrimitives.WriteUInt64LittleEndian(output[1..], history.Floor.Value);
        BinaryPrimitives.WriteInt64LittleEndian(output[9..], history.Count);
        BinaryPrimitives.WriteInt64LittleEndian(output[17..], history.Bytes);
    }

    public static HistorySums ReadHistoryHead(ReadOnlySpan<byte> input) => new(
        new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[1..])),
        BinaryPrimitives.ReadInt64LittleEndian(input[9..]),
        BinaryPrimitives.ReadInt64LittleEndian(input[17..]));

    public static void WriteChangeHead(Span<byte> output, SnapshotChangeHead change)
    {
        output[0] = ChangeItemKind;
        output[1] = (byte)change.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(output[2..], change.Slot);
        BinaryPrimitives.WriteUInt16LittleEndian(output[4..], (ushort)change.KeyLength);
        BinaryPrimitives.WriteUInt32LittleEndian(output[6..], change.ValueLength);
        BinaryPrimitives.WriteUInt64LittleEndian(output[10..], change.Revision.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(output[18..], change.DeadlineMs);
        BinaryPrimitives.WriteUInt64LittleEndian(output[26..], change.TimeMs);
        BinaryPrimitives.WriteUInt64LittleEndian(output[34..], change.Base.Value);
    }

    public static SnapshotChangeHead ReadChangeHead(ReadOnlySpan<byte> input) => new(
        (ChangeKind)input[1],
        BinaryPrimitives.ReadUInt16LittleEndian(input[2..]),
        BinaryPrimitives.ReadUInt16LittleEndian(input[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(input[6..]),
        new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[10..])),
        BinaryPrimitives.ReadUInt64LittleEndian(input[18..]),
        BinaryPrimitives.ReadUInt64LittleEndian(input[26..]),
        new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[34..])));

    public static void WriteRecordHead(Span<byte> output, byte kind, Record record)
    {
        output[0] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], record.Slot.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(output[3..], (ushort)record.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(output[5..], record.ValueLength);
        BinaryPrimitives.WriteUInt64LittleEndian(output[9..], record.Revision.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(output[17..], record.DeadlineMs);
    }

    public static SnapshotRecordHead ReadRecordHead(ReadOnlySpan<byte> input) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(input[1..]),
        BinaryPrimitives.ReadUInt16LittleEndian(input[3..]),
        BinaryPrimitives.ReadUInt32LittleEndian(input[5..]),
        new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input[9..])),
        BinaryPrimitives.ReadUInt64LittleEndian(input[17..]));

    /// <summary>Writes the footer; its checksum goes on from <paramref name="crc"/>, that of all before.</summary>
    public static void WriteFooter(Span<byte> output, long count, uint crc)
    {
        output[0] = FooterKind;
        BinaryPrimitives.WriteInt64LittleEndian(output[1..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(output[FooterCrcAt..], Crc32C.Compute(output[..FooterCrcAt], crc));
    }

    private static void WriteSums(Span<byte> output, SnapshotSums sums)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output, sums.Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(output[8..], sums.Count);
        BinaryPrimitives.WriteInt64LittleEndian(output[16..], sums.LogicalBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(output[24..], sums.Checksum);
    }

    private static SnapshotSums ReadSums(ReadOnlySpan<byte> input)
    {
        var sums = new SnapshotSums(
            new Revision(BinaryPrimitives.ReadUInt64LittleEndian(input)),
            BinaryPrimitives.ReadInt64LittleEndian(input[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(input[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(input[24..]));
        SnapshotFormatException.Require(sums is { Count: >= 0, LogicalBytes: >= 0 }, "it begins with a number out of range");
        return sums;
    }
}

/// <summary>What a snapshot says of itself at its beginning.</summary>
internal readonly record struct SnapshotHeader(ulong HashSeed, SnapshotSums Keys, ulong TimeMs);

/// <summary>What a snapshot says in advance of the records of one state: the highest revision that they may have, and their sums.</summary>
internal readonly record struct SnapshotSums(Revision Revision, long Count, long LogicalBytes, ulong Checksum)
{
    public static SnapshotSums Of(KeyspaceState state, Revision revision) => new(revision, state.Count, state.LogicalBytes, state.Checksum);
}

/// <summary>What goes before a record's key and value in a snapshot, not yet checked.</summary>
internal readonly record struct SnapshotRecordHead(ushort Slot, int KeyLength, uint ValueLength, Revision Revision, ulong DeadlineMs);

/// <summary>What goes before a change's key and value in a snapshot, not yet checked.</summary>
internal readonly record struct SnapshotChangeHead(
    ChangeKind Kind, ushort Slot, int KeyLength, uint ValueLength, Revision Revision, ulong DeadlineMs, ulong TimeMs, Revision Base);
