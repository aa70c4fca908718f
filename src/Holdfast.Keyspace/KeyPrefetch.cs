using System.Runtime.CompilerServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Keys that are about to be looked up together, whose memory is fetched into the processor's cache meanwhile. A look-up waits three times
/// for memory, each time for what the one before found; of several keys these waits overlap (group prefetching: Chen, Ailamaki, Gibbons and
/// Mowry, "Improving Hash Join Performance through Prefetching", ICDE 2004). Changes nothing that anyone can see. For the keyspace's thread.
/// </summary>
/// <param name="keyspace">Where they are.</param>
public ref struct KeyPrefetch(Keyspace keyspace)
{
    /// <summary>The most keys: more wait for memory at once than the processor can fetch, few enough that all stays in its first cache.</summary>
    public const int Capacity = 16;

    private Places _places;
    private int _count;

    /// <summary>Adds the key of a stored command. One without a key, or that can't be decoded, is passed over.</summary>
    public void Add(ReadOnlySpan<byte> command)
    {
        if (CommandCodec.TryDecode(command, out Command decoded, out _) && !decoded.Key.IsEmpty)
        {
            Add(decoded.Slot, decoded.Key);
        }
    }

    /// <summary>Adds a key.</summary>
    public void Add(Slot slot, ReadOnlySpan<byte> key) => _places[_count++] = keyspace.PlaceOf(slot, key);

    /// <summary>Has their memory fetched; gives how many of them have a record, all but never too many.</summary>
    public readonly int Run() => keyspace.Prefetch(((ReadOnlySpan<KeyPlace>)_places)[.._count]);

    [InlineArray(Capacity)]
    private struct Places
    {
        private KeyPlace _first;
    }
}
