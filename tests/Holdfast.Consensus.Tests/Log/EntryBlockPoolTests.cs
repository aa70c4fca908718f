using Holdfast.Primitives;
using Xunit;

namespace Holdfast.Consensus.Tests.Log;

public class EntryBlockPoolTests
{
    private const int Block = EntryBlockPool.BlockBytes;

    [Fact]
    public void A_log_that_forgets_entries_gives_their_blocks_back_for_the_next_ones()
    {
        var pool = new EntryBlockPool(16 * Block);
        var log = new RaftLog(default, pool);
        byte[] data = new byte[Block / 4];

        // Long enough for the blocks to have grown to their full size.
        Append(log, data, 64);
        Forget(log, 64);
        long idle = pool.IdleBytes;
        Append(log, data, 16);

        Assert.True(idle >= 4 * Block, $"{idle} bytes wait to be used again");
        Assert.True(pool.IdleBytes < idle);
        Assert.All(Enumerable.Range(65, 16), index => Assert.Equal(data, log[new LogIndex((ulong)index)].Data));
    }

    [Fact]
    public void A_pool_keeps_no_more_than_its_limit()
    {
        var pool = new EntryBlockPool(2 * Block);
        var log = new RaftLog(default, pool);
        Append(log, new byte[Block / 4], 128);

        Forget(log, 128);

        Assert.Equal(2 * Block, pool.IdleBytes);
    }

    [Fact]
    public void An_entry_larger_than_a_block_is_not_pooled()
    {
        var pool = new EntryBlockPool(16 * Block);
        var log = new RaftLog(default, pool);
        Append(log, new byte[Block + 1], 8);

        Forget(log, 8);

        Assert.Equal(0, pool.IdleBytes);
    }

    private static void Append(RaftLog log, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            log.Append(new EntryId(new Term(1), log.Last.Index.Next), EntryKind.Command, data);
        }
    }

    private static void Forget(RaftLog log, ulong upTo)
    {
        log.CommitTo(new LogIndex(upTo));
        _ = log.Deliver(int.MaxValue);
        log.AppliedTo(new LogIndex(upTo));
        log.Compact(new LogIndex(upTo));
    }
}
