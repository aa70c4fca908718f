using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Records that are out of the indexes and wait to be written or freed, first in first out, in blocks of the heap itself.
/// </summary>
internal sealed unsafe class RecordQueue(SlabHeap heap)
{
    private const int BlockSize = 1024;
    private const int BlockCapacity = (BlockSize - 16) / sizeof(ulong);

    private Block* _first, _last;
    private int _read;

    /// <summary>The bytes of the records waiting.</summary>
    public long Bytes { get; private set; }

    public void Enqueue(Record record)
    {
        if (_last == null || _last->Count == BlockCapacity)
        {
            AddBlock();
        }

        _last->Records[_last->Count++] = (ulong)record.Address;
        Bytes += record.Size;
    }

    public bool TryDequeue(out Record record)
    {
        if (_first == null)
        {
            record = Record.None;
            return false;
        }

        record = new Record((byte*)_first->Records[_read++]);
        Bytes -= record.Size;
        if (_read == _first->Count)
        {
            DropFirstBlock();
        }

        return true;
    }

    private void AddBlock()
    {
        var block = (Block*)heap.Allocate(sizeof(Block));
        block->Next = null;
        block->Count = 0;
        if (_last == null)
        {
            _first = block;
        }
        else
        {
            _last->Next = block;
        }

        _last = block;
    }

    private void DropFirstBlock()
    {
        Block* next = _first->Next;
        Invariant.Require(next != null || _first == _last, "the queue's last block ends it");
        heap.Free((byte*)_first, large: false);
        _first = next;
        _read = 0;
        if (next == null)
        {
            _last = null;
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = BlockSize)]
    private struct Block
    {
        public Block* Next;
        public int Count;
        public fixed ulong Records[BlockCapacity];
    }
}
