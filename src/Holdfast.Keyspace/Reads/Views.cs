using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>A value as it stands in memory: valid until the keyspace's next change.</summary>
public readonly ref struct ValueView
{
    internal ValueView(Revision revision, ulong deadlineMs, ReadOnlySpan<byte> value)
    {
        Revision = revision;
        DeadlineMs = deadlineMs;
        Value = value;
    }

    /// <summary>The partition's revision when the key last changed.</summary>
    public Revision Revision { get; }

    /// <summary>When the key expires, in ms of group time; 0 for never.</summary>
    public ulong DeadlineMs { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>A key and its value as they stand in memory: valid until the keyspace's next change.</summary>
public readonly ref struct PairView
{
    internal PairView(Slot slot, ReadOnlySpan<byte> key, ValueView value)
    {
        Slot = slot;
        Key = key;
        Entry = value;
    }

    /// <summary>The key's slot.</summary>
    public Slot Slot { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>What the key holds.</summary>
    public ValueView Entry { get; }
}

/// <summary>Receives the pairs of a <see cref="Keyspace.Scan"/> or <see cref="Keyspace.List"/>. Must not change the keyspace.</summary>
public interface IPairVisitor
{
    /// <summary>Takes the next pair; what it keeps it must copy.</summary>
    void Visit(PairView pair);
}
