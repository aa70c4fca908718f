using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>The kinds of <see cref="Condition"/>. Stored in the log: numbers are never changed or reused.</summary>
public enum ConditionKind : byte
{
    /// <summary>Always met.</summary>
    None = 0,

    /// <summary>Met when the key does not exist.</summary>
    Absent = 1,

    /// <summary>Met when the key exists.</summary>
    Present = 2,

    /// <summary>Met when the key exists with exactly that revision.</summary>
    RevisionIs = 3,
}

/// <summary>What must hold of a key for a put or delete to apply. A condition that is not met changes nothing.</summary>
public readonly record struct Condition
{
    private Condition(ConditionKind kind, Revision revision)
    {
        Kind = kind;
        Revision = revision;
    }

    /// <summary>The kind.</summary>
    public ConditionKind Kind { get; }

    /// <summary>The revision asked for by <see cref="ConditionKind.RevisionIs"/>; else <see cref="Revision.None"/>.</summary>
    public Revision Revision { get; }

    /// <summary>Always met.</summary>
    public static Condition None => default;

    /// <summary>Met when the key does not exist.</summary>
    public static Condition Absent => new(ConditionKind.Absent, Revision.None);

    /// <summary>Met when the key exists.</summary>
    public static Condition Present => new(ConditionKind.Present, Revision.None);

    /// <summary>Met when the key exists with exactly that revision; <see cref="Revision.None"/> means absent.</summary>
    public static Condition RevisionIs(Revision revision) =>
        revision == Revision.None ? Absent : new(ConditionKind.RevisionIs, revision);

    internal static bool TryMake(ConditionKind kind, Revision revision, out Condition condition)
    {
        condition = new(kind, revision);
        return kind <= ConditionKind.RevisionIs && (kind == ConditionKind.RevisionIs) == (revision != Revision.None);
    }

    /// <summary>Whether the condition is met by a key of that revision, <see cref="Revision.None"/> standing for no key.</summary>
    public bool IsMetBy(Revision current) => Kind switch
    {
        ConditionKind.None => true,
        ConditionKind.Absent => current == Revision.None,
        ConditionKind.Present => current != Revision.None,
        ConditionKind.RevisionIs => current == Revision,
        _ => throw Invariant.Unreachable("a condition is of a known kind"),
    };
}
