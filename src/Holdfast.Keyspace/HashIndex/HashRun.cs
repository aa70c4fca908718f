using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>
/// Reads a <see cref="HashTrie"/> in the order of iteration, a bucket at a time. After a change of the trie it must be sought anew.
/// </summary>
internal sealed class HashRun
{
    private readonly List<PlacedRecord> _records = [];
    private HashTrie? _trie;
    private ulong _from;
    private bool _isLast;
    private int _next;

    /// <summary>Goes to before the first record at or after an order.</summary>
    public void Seek(HashTrie trie, ulong from)
    {
        _trie = trie;
        _from = from;
        _isLast = false;
        _records.Clear();
        _next = 0;
    }

    /// <summary>The next record; false at the end.</summary>
    public bool TryNext(out PlacedRecord placed)
    {
        if (_next == _records.Count && (_trie is null || _isLast || !_trie.TryRead(_from, this)))
        {
            placed = default;
            return false;
        }

        placed = _records[_next++];
        return true;
    }

    /// <summary>The next record, if it has that same order: all such are in one bucket.</summary>
    public bool TryNextAt(ulong order, out PlacedRecord placed)
    {
        bool any = _next < _records.Count && _records[_next].Order == order;
        placed = any ? _records[_next++] : default;
        return any;
    }

    /// <summary>Called by the trie: starts on a bucket that covers the orders up to <paramref name="last"/>.</summary>
    public void Begin(ulong last)
    {
        _isLast = last == ulong.MaxValue;
        _from = last + 1;
        _records.Clear();
        _next = 0;
    }

    /// <summary>Called by the trie: takes a record of the bucket.</summary>
    public void Add(PlacedRecord record) => _records.Add(record);

    /// <summary>Called by the trie: ends the bucket; false when it had nothing.</summary>
    public bool End()
    {
        CollectionsMarshal.AsSpan(_records).Sort(PlacedRecord.Compare);
        return _records.Count > 0;
    }
}
