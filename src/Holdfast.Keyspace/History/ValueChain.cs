using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Changes in a row whose values are each a prefix of one record's: a long value as it was put, given other deadlines and appended to. While
/// the record is the key's, the changes lean on it and nothing is copied; once it is replaced or removed, it is the chain's.
/// </summary>
/// <remarks>In native memory. The block that the record lies in refers back to its chain.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ValueChain
{
    /// <summary>
    /// Above this size a record is long: then it is a block of its own, which can refer to a chain. Part of what snapshots mean: never
    /// changes.
    /// </summary>
    public const int LongRecord = 2048;

    /// <summary>The neighbours in the list of chains that lean on records that are not theirs.</summary>
    public ValueChain* Previous, Next;

    public Record Record;

    /// <summary>The revision of the last change of the chain.</summary>
    public Revision Last;

    /// <summary>The value's length at the last change.</summary>
    public int Length;

    /// <summary>The number of its changes that readers may see.</summary>
    public int Kept;

    /// <summary>The number of its changes in memory: those let go that a snapshot still has to write as well.</summary>
    public int Held;

    /// <summary>Whether the record is the chain's alone.</summary>
    public bool OwnsRecord;

    /// <summary>What its values count for: once, while readers may see any of them.</summary>
    public readonly long Bytes => Kept > 0 ? Record.Key.Length + (long)Length : 0;

    public static bool IsLong(int recordSize) => recordSize > LongRecord;

    /// <summary>The chain that leans on a record, or null.</summary>
    public static ValueChain* Of(Record record) =>
        record.IsLarge ? (ValueChain*)LargeBlocks.TagOf(record.Address) : null;
}
