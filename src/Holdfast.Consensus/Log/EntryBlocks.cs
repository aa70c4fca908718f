using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The bytes of the entries in memory, in blocks that grow from 4 KiB, so that an idle group is small, to 64 KiB, so that a
/// busy one allocates rarely; a larger entry has a block of its own. Without a pool bytes are never overwritten: what was handed out
/// stays whole as long as someone holds it. With one they are whole until their entries are released.
/// </summary>
internal sealed class EntryBlocks(EntryBlockPool? pool = null)
{
    private const int SmallestBlock = 4 * 1024;
    private const int LargestBlock = EntryBlockPool.BlockBytes;

    private readonly Queue<Block> _full = new();
    private Block? _current;
    private int _nextSize = SmallestBlock;

    /// <summary>Copies the data of the entry at <paramref name="index"/>, which is not before that of any earlier call.</summary>
    public ReadOnlyMemory<byte> Copy(LogIndex index, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return default;
        }

        Block block = _current is not null && _current.Bytes.Length - _current.Used >= data.Length ? _current : Grow(data.Length);
        var copy = new Memory<byte>(block.Bytes, block.Used, data.Length);
        data.CopyTo(copy.Span);
        block.Used += data.Length;
        block.Last = index;
        return copy;
    }

    /// <summary>Entries from <paramref name="index"/> on are gone; their indexes will be used again.</summary>
    public void Truncate(LogIndex index)
    {
        LogIndex last = index.Previous;
        foreach (Block block in _full)
        {
            block.Last = LogIndex.Min(block.Last, last);
        }

        if (_current is not null)
        {
            _current.Last = LogIndex.Min(_current.Last, last);
        }
    }

    /// <summary>Lets go of the blocks that hold nothing after <paramref name="upTo"/>.</summary>
    public void Release(LogIndex upTo)
    {
        while (_full.TryPeek(out Block? block) && block.Last <= upTo)
        {
            _full.Dequeue();
            pool?.Return(block);
        }

        if (_full.Count == 0 && _current is not null && _current.Last <= upTo)
        {
            pool?.Return(_current);
            _current = null;
            _nextSize = SmallestBlock;
        }
    }

    private Block Grow(int needed)
    {
        if (_current is not null)
        {
            _full.Enqueue(_current);
        }

        int size = Math.Max(needed, _nextSize);
        _current = size == LargestBlock && pool is not null ? pool.Rent() : new Block(GC.AllocateUninitializedArray<byte>(size));
        _nextSize = Math.Min(_nextSize * 2, LargestBlock);
        return _current;
    }

    /// <summary>Room for entries, filled from its start.</summary>
    internal sealed class Block(byte[] bytes)
    {
        /// <summary>All of its room.</summary>
        public byte[] Bytes { get; } = bytes;

        /// <summary>How much of it is taken, in bytes.</summary>
        public int Used { get; set; }

        /// <summary>The index of the last entry in it.</summary>
        public LogIndex Last { get; set; }
    }
}
