using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// All memory of one keyspace state: pieces of pages for small sizes, blocks of their own for large ones. It can be freed without
/// looking at what is in it.
/// </summary>
internal sealed unsafe class SlabHeap(KeyspaceArena arena)
{
    private readonly LargeBlocks _large = new(arena);

    // By size class, the pages that have room.
    private readonly Page*[] _withRoom = new Page*[SizeClasses.Count];
    private Page* _pages;
    private long _pageCount;

    /// <summary>The bytes held.</summary>
    public long Bytes => (_pageCount * Page.Size) + _large.Bytes;

    /// <summary>Whether a piece of so many bytes is a block of its own.</summary>
    public static bool IsLarge(int size) => size > SizeClasses.Largest;

    /// <summary>A piece of at least so many bytes, at a multiple of 8, its contents undefined.</summary>
    public byte* Allocate(int size)
    {
        if (IsLarge(size))
        {
            return _large.Allocate(size);
        }

        int sizeClass = SizeClasses.ClassOf(size);
        Page* page = _withRoom[sizeClass];
        if (page == null)
        {
            page = NewPage(sizeClass);
        }

        byte* piece = Page.Take(page);
        if (page->IsFull)
        {
            UnlinkRoom(page);
        }

        return piece;
    }

    /// <summary>The bytes usable in a piece.</summary>
    public static int CapacityOf(byte* piece, bool large) =>
        large ? LargeBlocks.CapacityOf(piece) : SizeClasses.SizeOf(Page.Of(piece)->Class);

    /// <summary>The bytes that <see cref="Allocate"/> makes usable when asked for so many.</summary>
    public static int CapacityFor(int size) => IsLarge(size) ? size : SizeClasses.SizeOf(SizeClasses.ClassOf(size));

    /// <summary>Gives a piece back.</summary>
    public void Free(byte* piece, bool large)
    {
        if (large)
        {
            _large.Free(piece);
            return;
        }

        Page* page = Page.Of(piece);
        bool wasFull = page->IsFull;
        page->Return(piece);
        if (page->IsEmpty)
        {
            if (!wasFull)
            {
                UnlinkRoom(page);
            }

            FreePage(page);
        }
        else if (wasFull)
        {
            LinkRoom(page);
        }
    }

    /// <summary>Gives a large piece to another heap of the same arena; it stays where it is.</summary>
    public void GiveLarge(byte* piece, SlabHeap to) => _large.Give(piece, to._large);

    /// <summary>Makes a large piece larger or smaller; it may move.</summary>
    public byte* ResizeLarge(byte* piece, int size) => _large.Resize(piece, size);

    /// <summary>
    /// Frees everything, whatever is in it, until <paramref name="budget"/> bytes are used up. Returns whether nothing is left. The
    /// heap can't be used for anything else once this began.
    /// </summary>
    public bool Release(ref long budget)
    {
        while (_pages != null && budget > 0)
        {
            FreePage(_pages);
            budget -= Page.Size;
        }

        return _large.Release(ref budget) && _pages == null;
    }

    private Page* NewPage(int sizeClass)
    {
        Page* page = arena.TakePage();
        page->Format(sizeClass);
        page->NextOfHeap = _pages;
        if (_pages != null)
        {
            _pages->PreviousOfHeap = page;
        }

        _pages = page;
        _pageCount++;
        LinkRoom(page);
        return page;
    }

    private void FreePage(Page* page)
    {
        if (page->PreviousOfHeap != null)
        {
            page->PreviousOfHeap->NextOfHeap = page->NextOfHeap;
        }
        else
        {
            Invariant.Require(_pages == page, "a page is in the list of its own heap");
            _pages = page->NextOfHeap;
        }

        if (page->NextOfHeap != null)
        {
            page->NextOfHeap->PreviousOfHeap = page->PreviousOfHeap;
        }

        _pageCount--;
        arena.ReturnPage(page);
    }

    private void LinkRoom(Page* page)
    {
        Page* first = _withRoom[page->Class];
        page->PreviousWithRoom = null;
        page->NextWithRoom = first;
        if (first != null)
        {
            first->PreviousWithRoom = page;
        }

        _withRoom[page->Class] = page;
    }

    private void UnlinkRoom(Page* page)
    {
        if (page->PreviousWithRoom != null)
        {
            page->PreviousWithRoom->NextWithRoom = page->NextWithRoom;
        }
        else
        {
            _withRoom[page->Class] = page->NextWithRoom;
        }

        if (page->NextWithRoom != null)
        {
            page->NextWithRoom->PreviousWithRoom = page->PreviousWithRoom;
        }
    }
}
