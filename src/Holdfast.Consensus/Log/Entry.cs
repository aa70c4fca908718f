using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What an entry is for. The numbers are persisted and sent: never change one.</summary>
public enum EntryKind : byte
{
    /// <summary>Empty: a new leader's first entry, whose commit commits everything before it (Ongaro §3.6.2, §6.4).</summary>
    NoOp = 1,

    /// <summary>A command for the state machine; the bytes are its own.</summary>
    Command = 2,

    /// <summary>An encoded <see cref="Consensus.Configuration"/>, in force from the moment it is in a log (Ongaro §4.1).</summary>
    Configuration = 3,
}

/// <summary>
/// Names an entry for ever: two logs that hold an entry with this index and term are equal up to it (log matching,
/// Ongaro §3.5).
/// </summary>
public readonly record struct EntryId(Term Term, LogIndex Index)
{
    /// <summary>
    /// Whether a log that ends here is at least as up to date as one that ends at <paramref name="other"/> (Ongaro §3.6.1).
    /// </summary>
    public bool IsAtLeastAsUpToDateAs(EntryId other) =>
        Term > other.Term || (Term == other.Term && Index >= other.Index);

    /// <summary>Term and index: <c>3/17</c>.</summary>
    public override string ToString() => $"{Term}/{Index}";
}

/// <summary>An entry of the log.</summary>
/// <param name="Id">Its term and index.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Data">Its bytes. Whoever keeps them longer than the caller promises them copies them.</param>
public readonly record struct Entry(EntryId Id, EntryKind Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>What an entry is counted with besides its data, in bytes, so that empty entries are bounded too.</summary>
    public const int Overhead = 24;

    /// <summary>What this entry counts for in every limit that is given in bytes.</summary>
    public int Size => Data.Length + Overhead;

    /// <summary>One line: <c>3/17 Command "x=1"</c>.</summary>
    public override string ToString() => Kind switch
    {
        EntryKind.NoOp => $"{Id} NoOp",
        EntryKind.Configuration => Configuration.TryDecode(Data.Span, out Configuration? configuration)
            ? $"{Id} Configuration {configuration}"
            : $"{Id} Configuration malformed",
        _ => $"{Id} Command {Rendering.Bytes(Data.Span)}",
    };
}
