using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>One change as it stands in memory: valid until the keyspace's next command.</summary>
public readonly ref struct ChangeView
{
    internal ChangeView(ChangeKind kind, Revision revision, ulong deadlineMs, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Revision = revision;
        DeadlineMs = deadlineMs;
        Key = key;
        Value = value;
    }

    /// <summary>What happened.</summary>
    public ChangeKind Kind { get; }

    /// <summary>
    /// The partition's revision that this change led to. Those deleted by one clear of an old log entry share one; all others have one
    /// of their own.
    /// </summary>
    public Revision Revision { get; }

    /// <summary>After a put: when the key expires, in ms of group time; else 0, as for never.</summary>
    public ulong DeadlineMs { get; }

    /// <summary>The key; empty for a flush.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>After a put: the whole value; else empty.</summary>
    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>Receives the changes of a <see cref="Keyspace.ReadChanges"/>. Must not change the keyspace.</summary>
public interface IChangeVisitor
{
    /// <summary>Takes the next change; what it keeps it must copy.</summary>
    void Visit(ChangeView change);
}
