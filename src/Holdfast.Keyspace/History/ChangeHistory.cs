using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The changes of a keyspace in the order of their revisions, from some revision on: none is missing in between. What is kept depends
/// on the commands alone, so it is the same on all replicas.
/// </summary>
internal sealed unsafe partial class ChangeHistory
{
    private readonly ChangeBlocks _blocks;
    private readonly ValueChains _chains;
    private readonly long _maxBytes;
    private readonly ulong _maxAgeMs;

    // Readers see the changes from the first on. Those before it, from the oldest in memory on, wait for a snapshot to write them.
    private long _first;
    private long _oldest;
    private HistoryWalk? _walk;

    // The one that was added last, which may be gone.
    private Change _last;

    // Since changes were let go for the last time.
    private int _added;

    public ChangeHistory(KeyspaceArena arena, KeyspaceOptions options)
    {
        _blocks = new ChangeBlocks(arena);
        _chains = new ValueChains(arena);
        (_maxBytes, _maxAgeMs) = (options.MaxHistoryBytes, options.HistoryMs);
        _first = _oldest = _blocks.End;
    }

    /// <summary>All changes after this revision are kept.</summary>
    public Revision Floor { get; private set; }

    /// <summary>The revision of the last change.</summary>
    public Revision Last { get; private set; }

    /// <summary>The number of changes kept.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// What is kept: of each change its head, its key and its value; a long value that several changes have a part of, once.
    /// </summary>
    public long Bytes { get; private set; }

    /// <summary>The bytes of memory that are the history's alone.</summary>
    public long MemoryBytes => _blocks.Bytes + _chains.Heap.Bytes;

    /// <summary>The long values.</summary>
    public ValueChains Chains => _chains;

    /// <summary>An empty history that begins after a revision.</summary>
    public void BeginAt(Revision revision)
    {
        Invariant.Require(Last == Revision.None, "only a new history is given its beginning");
        Floor = Last = revision;
    }

    /// <summary>Adds that a record was put, appended to, or given another deadline.</summary>
    public void AddPut(Record record, ulong timeMs)
    {
        if (ValueChain.IsLong(record.Size))
        {
            AddLong(record, timeMs);
            return;
        }

        int payload = record.LogicalBytes;
        int size = Change.SizeFor(payload);
        Change change = Append(size, record.Revision, timeMs);
        change.Fields.Kind = ChangeKind.Put;
        change.IsLong = false;
        change.Fields.DeadlineMs = record.DeadlineMs;
        change.Fields.KeyLength = (ushort)record.Key.Length;
        change.Fields.ValueLength = record.ValueLength;

        // In a record, too, the value follows the key.
        new ReadOnlySpan<byte>(record.Address + Record.HeadSize, payload).CopyTo(new Span<byte>(change.Payload, payload));
        Bytes += size;
    }

    /// <summary>Adds that a key went, or all.</summary>
    public void AddRemoval(ChangeKind kind, Revision revision, ReadOnlySpan<byte> key, ulong timeMs)
    {
        int size = Change.SizeFor(key.Length);
        Change change = Append(size, revision, timeMs);
        change.Fields.Kind = kind;
        change.IsLong = false;
        change.Fields.DeadlineMs = 0;
        change.Fields.KeyLength = (ushort)key.Length;
        change.Fields.ValueLength = 0;
        key.CopyTo(new Span<byte>(change.Payload, key.Length));
        Bytes += size;
    }

    /// <summary>Gives the changes after a revision that is not below the floor.</summary>
    public ChangesResult Read<TVisitor>(in ChangeQuery query, ref TVisitor visitor)
        where TVisitor : IChangeVisitor, allows ref struct
    {
        Revision through = query.After;
        long given = 0;
        long scanned = 0;
        long end = _blocks.End;
        for (long position = PositionAfter(query.After); position < end;)
        {
            Change change = _blocks.At(position);
            position = _blocks.After(position, change.Size);
            if (change.Revision <= query.After)
            {
                continue;
            }

            bool isFull = given >= query.MaxBytes || scanned >= query.MaxScannedBytes;
            if (isFull && scanned > 0 && change.Revision > through)
            {
                return new ChangesResult(through, More: true, HasGap: false);
            }

            through = change.Revision;
            scanned += change.Size;
            ChangeView view = change.View;
            if (view.Kind == ChangeKind.Flush || view.Key.StartsWith(query.Prefix))
            {
                visitor.Visit(view);
                given += Change.HeadSize + view.Key.Length + view.Value.Length;
            }
        }

        return new ChangesResult(Last, More: false, HasGap: false);
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        long budget = long.MaxValue;
        _first = _oldest = _blocks.End;
        _blocks.Release(_oldest);
        _chains.Heap.Release(ref budget);
        _chains.Reset();
        Count = Bytes = 0;
    }

    // Long values are not copied: the change leans on the record.
    private void AddLong(Record record, ulong timeMs)
    {
        ValueChain* chain = _chains.ChainOf(record);
        Change change = Append(Change.LongSize, record.Revision, timeMs);
        change.Fields.Kind = ChangeKind.Put;
        change.IsLong = true;
        change.Fields.DeadlineMs = record.DeadlineMs;
        change.Fields.KeyLength = 0;
        change.Fields.ValueLength = record.ValueLength;
        LinkTo(chain, change);
    }

    // Makes a change the last of its chain, whose value grew by it, if at all.
    private void LinkTo(ValueChain* chain, Change change)
    {
        bool goesOn = chain->Kept > 0;
        change.Chained = new Change.Link
        {
            Chain = chain,
            BaseRevision = goesOn ? chain->Last.Value : 0,
            BaseLength = goesOn ? chain->Length : 0,
        };
        long before = chain->Bytes;
        chain->Kept++;
        chain->Held++;
        chain->Last = change.Revision;
        chain->Length = change.Fields.ValueLength;
        Bytes += Change.LongSize + chain->Bytes - before;
    }

    private Change Append(int size, Revision revision, ulong timeMs)
    {
        Invariant.Require(
            revision == Last.Next || (revision == Last && Count > 0), "each revision has a change, and they come in the order of revisions");
        if (revision == Last)
        {
            _last.GoOn();
        }

        var change = new Change(_blocks.Append(size, revision));
        _last = change;
        change.Fields.Revision = revision.Value;
        change.Fields.TimeMs = timeMs;
        Last = revision;
        Count++;
        _added++;
        return change;
    }

    private long PositionAfter(Revision revision) => Math.Max(_blocks.Settle(_first), _blocks.Seek(revision));
}
