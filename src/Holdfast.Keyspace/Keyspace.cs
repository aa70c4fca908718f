using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The key-value state of one partition, outside the garbage-collected heap. Deterministic: the same commands in the same order
/// give the same state, results and order of iteration on every replica. One thread.
/// </summary>
public sealed class Keyspace : IDisposable
{
    /// <summary>An empty keyspace.</summary>
    public Keyspace(KeyspaceArena arena, KeyspaceOptions options)
    {
        _ = arena;
        _ = options;
    }

    /// <summary>The number of keys.</summary>
    public long Count => throw new NotSupportedException();

    /// <summary>The number of changes so far.</summary>
    public Revision Revision => throw new NotSupportedException();

    /// <summary>The bytes of all keys and values.</summary>
    public long LogicalBytes => throw new NotSupportedException();

    /// <summary>The bytes of native memory held, what waits for <see cref="Reclaim"/> included.</summary>
    public long MemoryBytes => throw new NotSupportedException();

    /// <summary>An order-free sum of keyed hashes over all keys with value, revision and deadline: equal for equal states.</summary>
    public ulong Checksum => throw new NotSupportedException();

    /// <summary>The checksum, computed anew from memory: time proportional to the state.</summary>
    public ulong RecomputeChecksum() => throw new NotSupportedException();

    /// <summary>The number of keys in a slot: constant time.</summary>
    public long CountInSlot(Slot slot) => throw new NotSupportedException();

    /// <summary>Applies a stored command. One that can't be decoded stops the node: to skip it would make replicas differ.</summary>
    public void Apply(ReadOnlySpan<byte> command, ref ApplyResult result) => throw new NotSupportedException();

    /// <summary>Applies a command.</summary>
    public void Apply(in Command command, ref ApplyResult result) => throw new NotSupportedException();

    /// <summary>Looks a key up.</summary>
    public bool TryGet(Slot slot, ReadOnlySpan<byte> key, out ValueView value) => throw new NotSupportedException();

    /// <summary>
    /// Gives pairs in the order of (slot, hash), from <paramref name="from"/> to before <paramref name="end"/>: at least
    /// <paramref name="count"/> if there are that many, and then those of the same cursor. Returns where to go on, or
    /// <see cref="ScanCursor.Zero"/> at the end. A key present from the first to the last call of an iteration is given at least once.
    /// </summary>
    public ScanCursor Scan<TVisitor>(ScanCursor from, ScanCursor end, int count, ref TVisitor visitor)
        where TVisitor : IPairVisitor, allows ref struct => throw new NotSupportedException();

    /// <summary>Gives pairs in the order of unsigned key bytes.</summary>
    public ListResult List<TVisitor>(in ListQuery query, ref TVisitor visitor)
        where TVisitor : IPairVisitor, allows ref struct => throw new NotSupportedException();

    /// <summary>Begins a snapshot of the state as it is now. One at a time.</summary>
    public SnapshotWalk BeginSnapshot() => throw new NotSupportedException();

    /// <summary>Gives memory back that a flush left behind, at most about so many bytes. Returns whether there is more.</summary>
    public bool Reclaim(long maxBytes) => throw new NotSupportedException();

    /// <summary>Frees everything, in time proportional to the pages held, not the keys.</summary>
    public void Dispose() => throw new NotSupportedException();
}
