using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>
/// The head of a page, which lies at a multiple of <see cref="Size"/>, so that it is found from any address within. The rest of
/// the page is cut into pieces of one size class. Free pieces form a list; pieces never used are not touched.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = HeadSize)]
internal unsafe struct Page
{
    public const int Size = 16 << 10;
    public const int Room = Size - HeadSize;

    private const int HeadSize = 64;

    /// <summary>The neighbours in the list of its heap's pages; while the page is free, the next free page of its chunk.</summary>
    public Page* PreviousOfHeap, NextOfHeap;

    /// <summary>The neighbours in the list of the heap's pages of this class that have room.</summary>
    public Page* PreviousWithRoom, NextWithRoom;

    public Chunk* Chunk;

    private byte* _free;
    private int _fresh;
    private ushort _live;
    private ushort _class;

    public readonly int Class => _class;

    public readonly bool IsEmpty => _live == 0;

    public readonly bool IsFull => _free == null && _fresh + SizeClasses.SizeOf(_class) > Size;

    public static Page* Of(byte* piece) => (Page*)((nuint)piece & ~(nuint)(Size - 1));

    /// <summary>Cuts the page anew.</summary>
    public void Format(int sizeClass)
    {
        PreviousOfHeap = NextOfHeap = PreviousWithRoom = NextWithRoom = null;
        _free = null;
        _fresh = HeadSize;
        _live = 0;
        _class = (ushort)sizeClass;
    }

    /// <summary>Takes a piece of the page at <paramref name="page"/>, which is not full.</summary>
    public static byte* Take(Page* page)
    {
        page->_live++;
        byte* piece = page->_free;
        if (piece != null)
        {
            page->_free = *(byte**)piece;
            return piece;
        }

        piece = (byte*)page + page->_fresh;
        page->_fresh += SizeClasses.SizeOf(page->_class);
        return piece;
    }

    /// <summary>Puts a piece back.</summary>
    public void Return(byte* piece)
    {
        *(byte**)piece = _free;
        _free = piece;
        _live--;
    }
}

/// <summary>A stretch of memory from the operating system, cut into pages.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Chunk
{
    public const int Size = HugeMemory.BlockSize;
    public const int Pages = Size / Page.Size;

    /// <summary>The neighbours in the arena's list of chunks that have a free page.</summary>
    public Chunk* Previous, Next;

    public byte* Memory;
    public Page* FreePages;
    public int FreshPages;
    public int LivePages;
}
