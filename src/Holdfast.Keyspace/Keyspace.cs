using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The key-value state of one partition, outside the garbage-collected heap. Deterministic: the same commands in the same order
/// give the same state, results and order of iteration on every replica. One thread.
/// </summary>
public sealed partial class Keyspace : IDisposable
{
    private readonly KeyspaceArena _arena;
    private readonly KeyspaceOptions _options;
    private readonly SipHash13 _hasher;
    private readonly HashRun _run = new();

    // States that a flush or an ended walk left behind, with all their memory.
    private readonly Queue<SlabHeap> _leftBehind = new();
    private readonly ChangeHistory _history;
    private KeyspaceState _state;
    private SnapshotWalk? _walk;

    // A record out of the indexes that the last result shows.
    private Record _shown;

    /// <summary>An empty keyspace.</summary>
    public Keyspace(KeyspaceArena arena, KeyspaceOptions options)
        : this(arena, options, new ChangeHistory(arena, options))
    {
    }

    internal Keyspace(
        KeyspaceArena arena, KeyspaceOptions options, KeyspaceState state, ChangeHistory history, SessionTable sessions, ulong timeMs)
    {
        options.Validate();
        _arena = arena;
        _options = options;
        _hasher = options.Hasher;
        _state = state;
        _sessions = sessions;
        _history = history;
        Revision = history.Last;
        TimeMs = timeMs;
    }

    private Keyspace(KeyspaceArena arena, KeyspaceOptions options, ChangeHistory history)
        : this(
            arena, options, new KeyspaceState(arena, options.Hasher, history.Chains), history, NewTable(arena, options.Hasher), timeMs: 0)
    {
    }

    /// <summary>The number of keys, those included whose deadline has passed and that were not removed yet.</summary>
    public long Count => _state.Count;

    /// <summary>
    /// The number of changes so far, each of one key; a flush is one. A write over a key whose deadline had passed is two: that it
    /// expired, then the write.
    /// </summary>
    public Revision Revision { get; private set; }

    /// <summary>The bytes of all keys and values.</summary>
    public long LogicalBytes => _state.LogicalBytes;

    /// <summary>The bytes that a snapshot of the state as it is now has, about; hardly ever less than it turns out to have.</summary>
    public long SnapshotBytes =>
        SnapshotFormat.FixedBytes
        + LogicalBytes + (Count * SnapshotFormat.RecordHeadSize)
        + _sessions.State.LogicalBytes + (_sessions.State.Count * SnapshotFormat.RecordHeadSize)
        + _history.Bytes + (_history.Count * (SnapshotFormat.ChangeHeadSize - Change.HeadSize));

    /// <summary>The bytes of native memory held, what waits for <see cref="Reclaim"/> or a snapshot included.</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = _state.Heap.Bytes + _history.MemoryBytes + _sessions.State.Heap.Bytes + (_walk?.DetachedBytes ?? 0);
            foreach (SlabHeap heap in _leftBehind)
            {
                bytes += heap.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>
    /// An order-free sum of keyed hashes over all keys with value, revision and deadline, over sessions, kept results and idempotency
    /// tokens, and group time: equal for equal states under one seed.
    /// </summary>
    public ulong Checksum => _state.Checksum + _sessions.State.Checksum + StateSum.OfTime(TimeMs);

    /// <summary>The checksum, computed anew from memory: time proportional to the state.</summary>
    public ulong RecomputeChecksum() =>
        _state.RecomputeChecksum() + _sessions.State.RecomputeChecksum() + StateSum.OfTime(TimeMs);

    /// <summary>The number of keys in a slot, counted as <see cref="Count"/> does: constant time.</summary>
    public long CountInSlot(Slot slot) => _state.CountInSlot(slot);

    /// <summary>Begins a snapshot of the state as it is now. One at a time: the last one must be done or disposed.</summary>
    public SnapshotWalk BeginSnapshot()
    {
        Invariant.Require(_walk is null, "a keyspace has one snapshot walk at a time");
        var keys = new StateWalk(_state, Revision, SnapshotFormat.RecordKind);
        _sessions.Walk = new StateWalk(_sessions.State, _sessions.Changes, SnapshotFormat.SessionRecordKind);
        return _walk = new SnapshotWalk(this, keys, _sessions.Walk, _history.BeginWalk(), _options.HashSeed, TimeMs);
    }

    /// <summary>
    /// Gives memory back that a flush or a snapshot left behind, about so many bytes at most. Returns whether there is more.
    /// </summary>
    public bool Reclaim(long maxBytes)
    {
        long budget = maxBytes;
        _state.FreeAbandoned(ref budget);
        _sessions.State.FreeAbandoned(ref budget);
        bool moreHistory = _history.Reclaim(ref budget);
        while (budget > 0 && _leftBehind.TryPeek(out SlabHeap? heap))
        {
            if (heap.Release(ref budget))
            {
                _leftBehind.Dequeue();
            }
        }

        return moreHistory || _state.Abandoned.Count > 0 || _sessions.State.Abandoned.Count > 0 || _leftBehind.Count > 0;
    }

    /// <summary>Frees everything, in time proportional to the pages held, not the keys. Ends a snapshot that is going on.</summary>
    public void Dispose()
    {
        _walk?.Dispose();
        _leftBehind.Enqueue(_state.Heap);
        _leftBehind.Enqueue(_sessions.State.Heap);
        _state = new KeyspaceState(_arena, _hasher);
        _history.Dispose();
        _sessions = NewTable(_arena, _hasher);
        _shown = Record.None;
        while (Reclaim(long.MaxValue))
        {
        }
    }

    /// <summary>Called by a walk that is done or disposed.</summary>
    internal void EndWalk(SnapshotWalk walk, KeyspaceState walked)
    {
        Invariant.Require(_walk == walk, "a walk ends once");
        _walk = null;
        _sessions.Walk = null;
        _history.EndWalk();
        if (walked != _state)
        {
            _history.Chains.KeepAllOfWalked(walked.Heap);
            _leftBehind.Enqueue(walked.Heap);
        }
    }

    private static SessionTable NewTable(KeyspaceArena arena, SipHash13 hasher) =>
        new(new KeyspaceState(arena, hasher, ofSessions: true), Revision.None);
}
