using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Blocks for the bytes of entries, shared by the groups of one engine. Without it the collector would have to find a busy group's
/// entries dead, after it moved them twice: they live too long to die young, and not for ever. For one thread.
/// </summary>
/// <param name="maxIdleBytes">How much is kept for later at most, in bytes; more is left to the collector.</param>
public sealed class EntryBlockPool(long maxIdleBytes)
{
    /// <summary>The size of a block, in bytes. Others are not pooled.</summary>
    internal const int BlockBytes = 64 * 1024;

    private readonly Stack<EntryBlocks.Block> _idle = new();

    /// <summary>What waits to be used again, in bytes.</summary>
    public long IdleBytes => (long)_idle.Count * BlockBytes;

    internal EntryBlocks.Block Rent() =>
        _idle.TryPop(out EntryBlocks.Block? block)
            ? block
            : new EntryBlocks.Block(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));

    internal void Return(EntryBlocks.Block block)
    {
        if (block.Bytes.Length == BlockBytes && IdleBytes + BlockBytes <= maxIdleBytes)
        {
            block.Used = 0;
            block.Last = LogIndex.Zero;
            _idle.Push(block);
        }
    }
}
