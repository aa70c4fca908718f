using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Net.Loop;

/// <summary>A piece of output that waits. Its memory doesn't move, so its address can be given to the kernel.</summary>
internal sealed unsafe class OutputChunk
{
    internal const int StandardBytes = 16 * 1024;

    internal readonly byte[] Bytes;
    internal readonly byte* Address;
    internal int Sent;
    internal int Written;
    internal OutputChunk? Next;

    internal OutputChunk(int size)
    {
        Bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        Address = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Bytes));
    }

    internal int Free => Bytes.Length - Written;

    internal int Pending => Written - Sent;
}

/// <summary>
/// Idle chunks of one loop. The one used last goes out first, since it is in the cache. Chunks of another than the standard size,
/// made for writers who ask for one large piece, are not kept.
/// </summary>
internal sealed class OutputChunkPool(int maxIdleBytes)
{
    private readonly int _maxIdle = maxIdleBytes / OutputChunk.StandardBytes;
    private OutputChunk? _idle;
    private int _idleCount;

    internal OutputChunk Rent(int minBytes)
    {
        if (minBytes > OutputChunk.StandardBytes)
        {
            return new OutputChunk(minBytes);
        }

        OutputChunk? chunk = _idle;
        if (chunk is null)
        {
            return new OutputChunk(OutputChunk.StandardBytes);
        }

        _idle = chunk.Next;
        _idleCount--;
        chunk.Next = null;
        return chunk;
    }

    internal void Return(OutputChunk chunk)
    {
        if (_idleCount == _maxIdle || chunk.Bytes.Length != OutputChunk.StandardBytes)
        {
            return;
        }

        chunk.Sent = 0;
        chunk.Written = 0;
        chunk.Next = _idle;
        _idle = chunk;
        _idleCount++;
    }
}
