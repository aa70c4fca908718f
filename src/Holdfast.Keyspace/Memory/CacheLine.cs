using System.Runtime.Intrinsics.X86;

namespace Holdfast.Keyspace;

/// <summary>What the processor moves between memory and its caches.</summary>
internal static unsafe class CacheLine
{
    public const int Size = 64;

    /// <summary>
    /// Begins to fetch the line that an address is in, and waits for nothing. A hint: any address is safe, and where there is no such
    /// instruction nothing happens.
    /// </summary>
    public static void Fetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
