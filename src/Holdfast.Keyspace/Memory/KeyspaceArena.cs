using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Native memory shared by the keyspaces of one engine, handed to them in pages and taken back page by page, so that an idle
/// keyspace costs a few pages at most. For one thread at a time. Dispose after its keyspaces.
/// </summary>
public sealed unsafe class KeyspaceArena : IDisposable
{
    // The top 16 bits of an address are free for the indexes' own use.
    private const ulong AddressLimit = 1UL << 48;

    private Chunk* _withFreePages;
    private Chunk* _spare;

    /// <summary>The bytes taken from the operating system.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Gives all memory back. No keyspace may be using any.</summary>
    /// <exception cref="InvariantViolationException">A keyspace was not disposed.</exception>
    public void Dispose()
    {
        if (_spare != null)
        {
            FreeChunk(_spare);
            _spare = null;
        }

        Invariant.Require(AllocatedBytes == 0, "an arena outlives its keyspaces");
    }

    internal Page* TakePage()
    {
        Chunk* chunk = _withFreePages;
        if (chunk == null)
        {
            chunk = _spare != null ? _spare : NewChunk();
            _spare = null;
            Link(chunk);
        }

        Page* page = chunk->FreePages;
        if (page != null)
        {
            chunk->FreePages = page->NextOfHeap;
        }
        else
        {
            page = (Page*)(chunk->Memory + ((long)chunk->FreshPages * Page.Size));
            page->Chunk = chunk;
            chunk->FreshPages++;
        }

        chunk->LivePages++;
        if (chunk->LivePages == Chunk.Pages)
        {
            Unlink(chunk);
        }

        return page;
    }

    internal void ReturnPage(Page* page)
    {
        Chunk* chunk = page->Chunk;
        page->NextOfHeap = chunk->FreePages;
        chunk->FreePages = page;
        chunk->LivePages--;
        if (chunk->LivePages == Chunk.Pages - 1)
        {
            Link(chunk);
        }

        if (chunk->LivePages == 0)
        {
            Unlink(chunk);
            KeepOrFree(chunk);
        }
    }

    internal byte* TakeLarge(nuint size)
    {
        byte* memory = (byte*)NativeMemory.Alloc(size);
        AllocatedBytes += (long)size;
        return Checked(memory);
    }

    internal byte* ResizeLarge(byte* memory, nuint from, nuint to)
    {
        memory = (byte*)NativeMemory.Realloc(memory, to);
        AllocatedBytes += (long)to - (long)from;
        return Checked(memory);
    }

    internal void ReturnLarge(byte* memory, nuint size)
    {
        AllocatedBytes -= (long)size;
        NativeMemory.Free(memory);
    }

    private static byte* Checked(byte* memory)
    {
        Invariant.Require((ulong)memory < AddressLimit, "addresses have 48 bits");
        return memory;
    }

    private Chunk* NewChunk()
    {
        var chunk = (Chunk*)NativeMemory.AllocZeroed((nuint)sizeof(Chunk));
        chunk->Memory = Checked(HugeMemory.Take());
        AllocatedBytes += Chunk.Size;
        return chunk;
    }

    // One free chunk is kept, so that a page coming and going does not become a system call each time.
    private void KeepOrFree(Chunk* chunk)
    {
        if (_spare == null)
        {
            _spare = chunk;
        }
        else
        {
            FreeChunk(chunk);
        }
    }

    private void FreeChunk(Chunk* chunk)
    {
        AllocatedBytes -= Chunk.Size;
        HugeMemory.Return(chunk->Memory);
        NativeMemory.Free(chunk);
    }

    private void Link(Chunk* chunk)
    {
        chunk->Previous = null;
        chunk->Next = _withFreePages;
        if (_withFreePages != null)
        {
            _withFreePages->Previous = chunk;
        }

        _withFreePages = chunk;
    }

    private void Unlink(Chunk* chunk)
    {
        if (chunk->Previous != null)
        {
            chunk->Previous->Next = chunk->Next;
        }
        else
        {
            _withFreePages = chunk->Next;
        }

        if (chunk->Next != null)
        {
            chunk->Next->Previous = chunk->Previous;
        }
    }
}
