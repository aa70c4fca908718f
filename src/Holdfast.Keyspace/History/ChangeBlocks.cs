using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// A queue of changes in pages of the arena, each change whole in one page. A position names a place in it for as long as the change
/// there is not released: the number of the page since the beginning, and the offset within. Positions only ever compare as changes do.
/// </summary>
internal sealed unsafe class ChangeBlocks(KeyspaceArena arena)
{
    // The arena keeps its own at a page's beginning.
    private const int Start = Page.Size - Page.Room;

    private const int SmallestRing = 4;

    // A ring, whose size is a power of two.
    private Block* _ring;
    private long _ringSize;
    private long _first;
    private long _next;

    /// <summary>The bytes of memory held.</summary>
    public long Bytes => ((_next - _first) * Page.Size) + (_ringSize * sizeof(Block));

    /// <summary>Where the next change is going to be, or before it: after all that there are.</summary>
    public long End => _first == _next ? PositionOf(_next, Start) : PositionOf(_next - 1, BlockOf(_next - 1).Used);

    /// <summary>Makes room for a change after all others. A page's last byte stays free, so that an end never is the next one's beginning.</summary>
    public byte* Append(int size, Revision revision)
    {
        if (_first == _next || BlockOf(_next - 1).Used + size >= Page.Size)
        {
            AddBlock(revision);
        }

        ref Block block = ref BlockOf(_next - 1);
        byte* place = block.Page + block.Used;
        block.Used += size;
        return place;
    }

    /// <summary>The change at a position before the end.</summary>
    public Change At(long position) => new(BlockOf(position / Page.Size).Page + (position % Page.Size));

    /// <summary>The position after a change of that size.</summary>
    public long After(long position, int size) => Settle(position + size);

    /// <summary>The same place, named by the page that has the change there, once there is one.</summary>
    public long Settle(long position)
    {
        long block = position / Page.Size;
        bool isPassed = block < _next - 1 && (block < _first || position % Page.Size >= BlockOf(block).Used);
        return isPassed ? PositionOf(Math.Max(block + 1, _first), Start) : position;
    }

    /// <summary>A position from which on are all changes after a revision, and few others.</summary>
    public long Seek(Revision after)
    {
        // The last block that does not begin after it; the first if there is none such.
        long low = _first;
        long high = _next - 1;
        while (low < high)
        {
            long middle = high - ((high - low) / 2);
            if (BlockOf(middle).FirstRevision <= after)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return PositionOf(low, Start);
    }

    /// <summary>Takes away all from a position on.</summary>
    public void CutBack(long end)
    {
        while (_next > _first && PositionOf(_next - 1, Start) >= end)
        {
            arena.ReturnPage((Page*)BlockOf(--_next).Page);
        }

        FreeRingIfEmpty();

        if (_next > _first && end / Page.Size == _next - 1)
        {
            BlockOf(_next - 1).Used = (int)(end % Page.Size);
        }
    }

    /// <summary>Gives the pages back in which all lies before a position.</summary>
    public void Release(long position)
    {
        while (_first < _next && PositionOf(_first, BlockOf(_first).Used) <= position)
        {
            arena.ReturnPage((Page*)BlockOf(_first++).Page);
        }

        FreeRingIfEmpty();
    }

    private static long PositionOf(long block, int offset) => (block * Page.Size) + offset;

    private ref Block BlockOf(long number) => ref _ring[number & (_ringSize - 1)];

    private void AddBlock(Revision revision)
    {
        if (_next - _first == _ringSize)
        {
            Enlarge();
        }

        BlockOf(_next++) = new Block { Page = (byte*)arena.TakePage(), FirstRevision = revision, Used = Start };
    }

    private void Enlarge()
    {
        long size = Math.Max(SmallestRing, _ringSize * 2);
        var larger = (Block*)arena.TakeLarge((nuint)(size * sizeof(Block)));
        for (long i = _first; i < _next; i++)
        {
            larger[i & (size - 1)] = BlockOf(i);
        }

        FreeRing();
        _ring = larger;
        _ringSize = size;
    }

    private void FreeRingIfEmpty()
    {
        if (_first == _next)
        {
            FreeRing();
        }
    }

    private void FreeRing()
    {
        if (_ring != null)
        {
            arena.ReturnLarge((byte*)_ring, (nuint)(_ringSize * sizeof(Block)));
            _ring = null;
            _ringSize = 0;
        }
    }

    private struct Block
    {
        public byte* Page;
        public Revision FirstRevision;
        public int Used;
    }
}
