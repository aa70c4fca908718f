using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Makes and ends chains, and takes records over when nobody else needs them any more. Nothing is ever copied.</summary>
internal sealed unsafe class ValueChains
{
    private readonly SlabHeap _heap;
    private ValueChain* _leaning;

    // On records of a state that a snapshot walk alone still has, after a flush.
    private ValueChain* _leaningOnWalked;

    public ValueChains(KeyspaceArena arena)
    {
        Invariant.Require(SlabHeap.IsLarge(ValueChain.LongRecord + 1), "a long record is a block of its own");
        _heap = new SlabHeap(arena);
        Records = new RecordHeap(_heap);
    }

    /// <summary>The chains and the records that are theirs.</summary>
    public SlabHeap Heap => _heap;

    /// <summary>The records that are theirs.</summary>
    public RecordHeap Records { get; }

    /// <summary>The chain that leans on a long record, a new one if there is none.</summary>
    public ValueChain* ChainOf(Record record)
    {
        ValueChain* chain = ValueChain.Of(record);
        if (chain == null)
        {
            chain = NewChain();
            Lean(chain, record);
        }

        return chain;
    }

    /// <summary>A chain of a record that lies in <see cref="Records"/> already.</summary>
    public ValueChain* NewOwner(Record record)
    {
        ValueChain* chain = NewChain();
        Own(chain, record);
        return chain;
    }

    /// <summary>Called when a record may have moved in memory.</summary>
    public static void Follow(Record moved)
    {
        ValueChain* chain = ValueChain.Of(moved);
        if (chain != null)
        {
            chain->Record = moved;
        }
    }

    /// <summary>Lets the chain of one record, if there is one, lean on another instead, whose value begins with the first one's.</summary>
    public static void Move(Record from, Record to)
    {
        ValueChain* chain = ValueChain.Of(from);
        if (chain != null)
        {
            LargeBlocks.SetTag(from.Address, null);
            LargeBlocks.SetTag(to.Address, chain);
            chain->Record = to;
        }
    }

    /// <summary>Takes over a record that would be freed were it not for its chain, out of the heap that it lies in.</summary>
    public void Keep(Record record, SlabHeap from)
    {
        ValueChain* chain = ValueChain.Of(record);
        Unlink(chain);
        from.GiveLarge(record.Address, _heap);
        Own(chain, Records.Trim(record));
    }

    /// <summary>Takes over the records of all chains, before the heap that they lie in is freed unseen.</summary>
    public void KeepAll(SlabHeap from)
    {
        while (_leaning != null)
        {
            Keep(_leaning->Record, from);
        }
    }

    /// <summary>Called when a snapshot walk alone has the present state from now on.</summary>
    public void Detach()
    {
        Invariant.Require(_leaningOnWalked == null, "one state at a time is a walk's alone");
        _leaningOnWalked = _leaning;
        _leaning = null;
    }

    /// <summary>As <see cref="KeepAll"/>, of the state that was a walk's alone.</summary>
    public void KeepAllOfWalked(SlabHeap from)
    {
        while (_leaningOnWalked != null)
        {
            Keep(_leaningOnWalked->Record, from);
        }
    }

    /// <summary>Lets a chain lean on the record again that it leaned on before a batch failed.</summary>
    public void Restore(ValueChain* chain, Record record)
    {
        if (!chain->Record.Equals(record))
        {
            LetRecordGo(chain);
            Lean(chain, record);
        }
    }

    /// <summary>Ends a chain that has no more changes.</summary>
    public void End(ValueChain* chain)
    {
        LetRecordGo(chain);
        _heap.Free((byte*)chain, large: false);
    }

    /// <summary>Forgets all, whose memory was freed.</summary>
    public void Reset() => _leaning = _leaningOnWalked = null;

    private ValueChain* NewChain()
    {
        var chain = (ValueChain*)_heap.Allocate(sizeof(ValueChain));
        *chain = default;
        return chain;
    }

    private void Lean(ValueChain* chain, Record record)
    {
        (chain->Record, chain->OwnsRecord) = (record, false);
        LargeBlocks.SetTag(record.Address, chain);
        chain->Previous = null;
        chain->Next = _leaning;
        if (_leaning != null)
        {
            _leaning->Previous = chain;
        }

        _leaning = chain;
    }

    private static void Own(ValueChain* chain, Record record)
    {
        (chain->Record, chain->OwnsRecord) = (record, true);
        LargeBlocks.SetTag(record.Address, null);
    }

    private void LetRecordGo(ValueChain* chain)
    {
        if (chain->OwnsRecord)
        {
            Records.Free(chain->Record);
        }
        else
        {
            LargeBlocks.SetTag(chain->Record.Address, null);
            Unlink(chain);
        }
    }

    private void Unlink(ValueChain* chain)
    {
        if (chain->Previous != null)
        {
            chain->Previous->Next = chain->Next;
        }
        else if (_leaning == chain)
        {
            _leaning = chain->Next;
        }
        else
        {
            Invariant.Require(_leaningOnWalked == chain, "a chain that leans is in a list");
            _leaningOnWalked = chain->Next;
        }

        if (chain->Next != null)
        {
            chain->Next->Previous = chain->Previous;
        }
    }
}
