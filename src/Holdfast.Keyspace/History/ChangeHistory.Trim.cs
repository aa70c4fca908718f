using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Letting changes go.</content>
internal sealed unsafe partial class ChangeHistory
{
    // So many changes go at once, and twice as many as came: what is too much shrinks, and no command does much more than its own work.
    private const int LetGoAtOnce = 32;

    /// <summary>
    /// Lets the oldest changes go that are too many bytes or too old at that time, at most some tens, and frees the memory of some that
    /// were let go before. Called after each command.
    /// </summary>
    public void Trim(ulong timeMs)
    {
        int budget = LetGoAtOnce + (2 * _added);
        _added = 0;
        LetGo(budget, timeMs);
        Free(budget + LetGoAtOnce);
        if (Count > 0)
        {
            // The next command looks at it, and it was written long ago.
            CacheLine.Fetch(_blocks.At(_blocks.Settle(_first)).Address);
        }
    }

    /// <summary>Lets all changes go that are too many bytes.</summary>
    public void TrimAll()
    {
        LetGo(int.MaxValue, timeMs: 0);
        Free(int.MaxValue);
        _added = 0;
    }

    /// <summary>Frees changes that were let go while a snapshot walk needed them. Returns whether there are more.</summary>
    public bool Reclaim(ref long budget)
    {
        long before = MemoryBytes;
        while (budget > 0 && Free(LetGoAtOnce))
        {
            budget -= Change.HeadSize + Math.Max(0, before - MemoryBytes);
            before = MemoryBytes;
        }

        return _oldest < Releasable;
    }

    // No reader needs what is before this, nor does the walk.
    private long Releasable => _blocks.Settle(Math.Min(_first, _walk?.Needed ?? long.MaxValue));

    private void LetGo(int budget, ulong timeMs)
    {
        _first = _blocks.Settle(_first);
        while (budget > 0 && Count > 0 && (Bytes > _maxBytes || IsTooOld(_blocks.At(_first).Fields.TimeMs, timeMs)))
        {
            // Changes that share a revision go together. The one after is not looked at: it, too, was written long ago.
            bool goesOn;
            do
            {
                goesOn = LetFirstGo();
                budget--;
            }
            while (goesOn);
        }
    }

    private bool IsTooOld(ulong changeMs, ulong timeMs) => timeMs > changeMs && timeMs - changeMs > _maxAgeMs;

    // Returns whether the next one has the same revision.
    private bool LetFirstGo()
    {
        Change change = _blocks.At(_first);
        int size = change.Size;
        if (change.IsLong)
        {
            ValueChain* chain = change.Chained.Chain;
            long before = chain->Bytes;
            chain->Kept--;
            Bytes += chain->Bytes - before;
        }

        Bytes -= size;
        Count--;
        _first = _blocks.After(_first, size);
        Floor = change.Revision;
        return change.GoesOn;
    }

    // Frees some changes that nobody needs any more; false when there are none.
    private bool Free(int budget)
    {
        long end = Releasable;
        if (_oldest >= end)
        {
            return false;
        }

        _oldest = _blocks.Settle(_oldest);
        for (; budget > 0 && _oldest < end; budget--)
        {
            Change change = _blocks.At(_oldest);
            int size = change.Size;
            if (change.IsLong)
            {
                Drop(change.Chained.Chain);
            }

            _oldest = _blocks.After(_oldest, size);
        }

        _blocks.Release(_oldest);
        return true;
    }

    private void Drop(ValueChain* chain)
    {
        if (--chain->Held == 0)
        {
            _chains.End(chain);
        }
    }
}
