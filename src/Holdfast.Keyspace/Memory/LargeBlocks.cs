using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>Pieces too large for a page, each straight from the arena, in a list so that all can be freed unseen.</summary>
internal sealed unsafe class LargeBlocks(KeyspaceArena arena)
{
    private Head* _first;

    /// <summary>The bytes held, heads included.</summary>
    public long Bytes { get; private set; }

    public static int CapacityOf(byte* piece) => (int)HeadOf(piece)->Capacity;

    /// <summary>What was last set for a piece; null in a new one. It stays with it when it moves.</summary>
    public static void* TagOf(byte* piece) => HeadOf(piece)->Tag;

    public static void SetTag(byte* piece, void* tag) => HeadOf(piece)->Tag = tag;

    public byte* Allocate(int capacity)
    {
        var head = (Head*)arena.TakeLarge(SizeWithHead(capacity));
        head->Capacity = capacity;
        head->Tag = null;
        Add(head);
        return (byte*)(head + 1);
    }

    public byte* Resize(byte* piece, int capacity)
    {
        Head* head = HeadOf(piece);
        nuint before = SizeWithHead(head->Capacity);
        nuint after = SizeWithHead(capacity);
        head = (Head*)arena.ResizeLarge((byte*)head, before, after);
        head->Capacity = capacity;
        Relink(head);
        Bytes += (long)after - (long)before;
        return (byte*)(head + 1);
    }

    public void Free(byte* piece)
    {
        Head* head = HeadOf(piece);
        Remove(head);
        arena.ReturnLarge((byte*)head, SizeWithHead(head->Capacity));
    }

    /// <summary>Gives a piece to others of the same arena; it stays where it is.</summary>
    public void Give(byte* piece, LargeBlocks to)
    {
        Remove(HeadOf(piece));
        to.Add(HeadOf(piece));
    }

    /// <summary>Frees blocks until the budget is used up; returns whether none is left.</summary>
    public bool Release(ref long budget)
    {
        while (_first != null && budget > 0)
        {
            budget -= (long)SizeWithHead(_first->Capacity);
            Free((byte*)(_first + 1));
        }

        return _first == null;
    }

    private static Head* HeadOf(byte* piece) => (Head*)piece - 1;

    private static nuint SizeWithHead(long capacity) => (nuint)capacity + (nuint)sizeof(Head);

    private void Add(Head* head)
    {
        head->Previous = null;
        head->Next = _first;
        Relink(head);
        Bytes += (long)SizeWithHead(head->Capacity);
    }

    private void Remove(Head* head)
    {
        if (head->Previous != null)
        {
            head->Previous->Next = head->Next;
        }
        else
        {
            _first = head->Next;
        }

        if (head->Next != null)
        {
            head->Next->Previous = head->Previous;
        }

        Bytes -= (long)SizeWithHead(head->Capacity);
    }

    // Points the neighbours at a head that is new or has moved.
    private void Relink(Head* head)
    {
        if (head->Previous != null)
        {
            head->Previous->Next = head;
        }
        else
        {
            _first = head;
        }

        if (head->Next != null)
        {
            head->Next->Previous = head;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public Head* Previous, Next;
        public long Capacity;
        public void* Tag;
    }
}
