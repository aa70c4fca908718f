using System.Buffers;
using Microsoft.AspNetCore.Connections.Features;

namespace Holdfast.Net.Kestrel;

/// <summary>
/// Where Kestrel rents the memory of responses on a handed-over connection. A connection context that is made outside Kestrel's own
/// transport offers the shared pool, which rents nothing when no size is named; Kestrel names none and counts on a block.
/// </summary>
internal sealed class ResponseMemory : MemoryPool<byte>, IMemoryPoolFeature
{
    private const int BlockBytes = 4096;

    private ResponseMemory()
    {
    }

    public static ResponseMemory Instance { get; } = new();

    public MemoryPool<byte> MemoryPool => this;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockBytes));

    protected override void Dispose(bool disposing)
    {
        // It owns nothing.
    }
}
