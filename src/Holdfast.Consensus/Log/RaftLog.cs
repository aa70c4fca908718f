using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The log in memory: the entries after <see cref="Base"/>, and how far they are committed, delivered and applied. Always
/// base ≤ applied ≤ delivered ≤ commit ≤ last; commit, delivered and applied never go back; nothing committed is truncated.
/// </summary>
internal sealed class RaftLog
{
    private const int SmallestCapacity = 16;

    private readonly EntryBlocks _blocks;
    private Entry[] _entries = new Entry[SmallestCapacity];
    private int _head;
    private int _count;

    /// <summary>A log whose entries begin after <paramref name="start"/>, all of which is committed and applied.</summary>
    public RaftLog(EntryId start, EntryBlockPool? pool = null)
    {
        _blocks = new EntryBlocks(pool);
        Restart(start);
    }

    /// <summary>The entry before the first in memory.</summary>
    public EntryId Base { get; private set; }

    /// <summary>The first entry in memory, when there is one.</summary>
    public LogIndex First => Base.Index.Next;

    /// <summary>The last entry.</summary>
    public EntryId Last => _count == 0 ? Base : _entries[_head + _count - 1].Id;

    /// <summary>Up to where the log is known to be committed.</summary>
    public LogIndex Commit { get; private set; }

    /// <summary>Up to where committed entries were given out to be applied.</summary>
    public LogIndex Delivered { get; private set; }

    /// <summary>Up to where they are applied.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>What the entries in memory count for.</summary>
    public long Bytes { get; private set; }

    /// <summary>What the entries after <see cref="Commit"/> count for.</summary>
    public long UncommittedBytes { get; private set; }

    /// <summary>The entry at <paramref name="index"/>, which is in memory.</summary>
    public ref readonly Entry this[LogIndex index]
    {
        get
        {
            Invariant.Require(index >= First && index <= Last.Index, "only entries in memory are read");
            return ref _entries[_head + (int)(index - First)];
        }
    }

    /// <summary>The term of the entry at <paramref name="index"/>; false when it is not known: forgotten, or beyond the end.</summary>
    public bool TryTerm(LogIndex index, out Term term)
    {
        bool known = index >= Base.Index && index <= Last.Index;
        term = !known ? Term.Zero : index == Base.Index ? Base.Term : this[index].Id.Term;
        return known;
    }

    /// <summary>The name of the entry at <paramref name="index"/>, which is known.</summary>
    public EntryId IdAt(LogIndex index)
    {
        Invariant.Require(TryTerm(index, out Term term), "the term of the entry is known");
        return new EntryId(term, index);
    }

    /// <summary>Whether this log holds exactly the entry <paramref name="id"/>, and so all before it (log matching).</summary>
    public bool Contains(EntryId id) => TryTerm(id.Index, out Term term) && term == id.Term;

    /// <summary>Puts an entry at the end and copies its data.</summary>
    public void Append(EntryId id, EntryKind kind, ReadOnlySpan<byte> data)
    {
        Invariant.Require(id.Index == Last.Index.Next, "an entry follows the last one");
        Invariant.Require(id.Term >= Last.Term, "terms never go back along the log");
        EnsureRoom();
        var entry = new Entry(id, kind, _blocks.Copy(id.Index, data));
        _entries[_head + _count++] = entry;
        Bytes += entry.Size;
        UncommittedBytes += entry.Size;
    }

    /// <summary>Removes the entries from <paramref name="index"/> on, which conflict with the leader's (Ongaro §3.5).</summary>
    public void Truncate(LogIndex index)
    {
        Invariant.Require(index > Commit, "nothing committed is truncated (state-machine safety, Ongaro §3.6.3)");
        Invariant.Require(index <= Last.Index, "only entries of the log are truncated");
        int keep = (int)(index - First);
        foreach (ref readonly Entry entry in _entries.AsSpan(_head + keep, _count - keep))
        {
            Bytes -= entry.Size;
            UncommittedBytes -= entry.Size;
        }

        Array.Clear(_entries, _head + keep, _count - keep);
        _count = keep;
        _blocks.Truncate(index);
    }

    /// <summary>Notes that everything up to <paramref name="index"/> is committed; less than before changes nothing.</summary>
    public void CommitTo(LogIndex index)
    {
        Invariant.Require(index <= Last.Index, "only entries of the log are committed");
        for (LogIndex i = Commit.Next; i <= index; i = i.Next)
        {
            UncommittedBytes -= this[i].Size;
        }

        Commit = LogIndex.Max(Commit, index);
    }

    /// <summary>The next committed entries to apply, up to <paramref name="maxBytes"/> but at least one if there is one.</summary>
    public ReadOnlyMemory<Entry> Deliver(int maxBytes)
    {
        ReadOnlyMemory<Entry> entries = Slice(Delivered.Next, Commit, maxBytes, out _);
        Delivered += (ulong)entries.Length;
        return entries;
    }

    /// <summary>Notes that everything up to <paramref name="index"/> is applied; less than before changes nothing.</summary>
    public void AppliedTo(LogIndex index)
    {
        Invariant.Require(index <= Delivered, "only what was given out is applied");
        Applied = LogIndex.Max(Applied, index);
    }

    /// <summary>Goes on, at a start, from a state machine that is at <paramref name="index"/>.</summary>
    public void RestoreApplied(LogIndex index)
    {
        Invariant.Require(index >= Base.Index, "a state machine is not behind the snapshot that it was restored from");
        CommitTo(index);
        Delivered = Applied = index;
    }

    /// <summary>
    /// The entries from <paramref name="from"/> to <paramref name="to"/>, up to <paramref name="maxBytes"/> but at least one if
    /// there is one.
    /// </summary>
    public ReadOnlyMemory<Entry> Slice(LogIndex from, LogIndex to, int maxBytes, out int bytes)
    {
        bytes = 0;
        if (from > to)
        {
            return default;
        }

        int start = _head + (int)(from - First);
        int available = (int)(to - from) + 1;
        int count = 0;
        while (count < available && (count == 0 || bytes + _entries[start + count].Size <= maxBytes))
        {
            bytes += _entries[start + count++].Size;
        }

        return new ReadOnlyMemory<Entry>(_entries, start, count);
    }

    /// <summary>Forgets the entries up to <paramref name="upTo"/>, which are applied.</summary>
    public void Compact(LogIndex upTo)
    {
        Invariant.Require(upTo <= Applied, "only applied entries are forgotten");
        if (upTo <= Base.Index)
        {
            return;
        }

        EntryId start = IdAt(upTo);
        int gone = (int)(upTo - Base.Index);
        foreach (ref readonly Entry entry in _entries.AsSpan(_head, gone))
        {
            Bytes -= entry.Size;
        }

        Array.Clear(_entries, _head, gone);
        _head += gone;
        _count -= gone;
        Base = start;
        _blocks.Release(upTo);
        Shrink();
    }

    /// <summary>
    /// Up to where to forget what is applied: so that no more than <paramref name="maxBytes"/> are left, and of what
    /// all replicas hold, no more than <paramref name="minBytes"/>.
    /// </summary>
    public LogIndex IndexToForget(LogIndex heldByAll, long minBytes, long maxBytes)
    {
        LogIndex upTo = Base.Index;
        for (long bytes = Bytes; upTo < Applied && bytes > (upTo < heldByAll ? Math.Min(minBytes, maxBytes) : maxBytes); upTo = upTo.Next)
        {
            bytes -= this[upTo.Next].Size;
        }

        return upTo;
    }

    /// <summary>Begins anew after <paramref name="start"/>, where a snapshot stands.</summary>
    public void Restart(EntryId start)
    {
        Invariant.Require(start.Index >= Commit, "a snapshot does not take the log back");
        _entries = new Entry[SmallestCapacity];
        _head = 0;
        _count = 0;
        Bytes = 0;
        UncommittedBytes = 0;
        Base = start;
        Commit = Delivered = Applied = start.Index;
        _blocks.Release(new LogIndex(ulong.MaxValue));
    }

    /// <summary>
    /// The last entry at or before <paramref name="position"/> whose term is not above its term: the last place where this log
    /// could match one that holds that entry, which skips whole terms of conflicts (Ongaro §3.5).
    /// </summary>
    public EntryId LastNotAbove(EntryId position)
    {
        ulong low = Base.Index.Value;
        ulong high = LogIndex.Min(position.Index, Last.Index).Value;
        if (high < low || Base.Term > position.Term)
        {
            return default;
        }

        // Terms never go back along the log, so the place is found by halving.
        while (low < high)
        {
            ulong middle = low + ((high - low + 1) / 2);
            (low, high) = IdAt(new LogIndex(middle)).Term <= position.Term ? (middle, high) : (low, middle - 1);
        }

        return IdAt(new LogIndex(low));
    }

    private void EnsureRoom()
    {
        if (_head + _count < _entries.Length)
        {
            return;
        }

        if (_head > _count)
        {
            Array.Copy(_entries, _head, _entries, 0, _count);
            Array.Clear(_entries, _count, _head);
            _head = 0;
            return;
        }

        Resize(_entries.Length * 2);
    }

    /// <summary>Gives memory back after a burst.</summary>
    private void Shrink()
    {
        if (_entries.Length > SmallestCapacity * 16 && _count < _entries.Length / 8)
        {
            Resize(_entries.Length / 2);
        }
    }

    private void Resize(int capacity)
    {
        var entries = new Entry[capacity];
        Array.Copy(_entries, _head, entries, 0, _count);
        _entries = entries;
        _head = 0;
    }
}
