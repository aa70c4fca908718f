using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// A place in the order of iteration: the slot, then the first 39 bits of the key's hash; below 2^53. It means the same on every
/// replica, whatever happened in between. Zero is the first place, and as an answer: the end.
/// </summary>
public readonly record struct ScanCursor(ulong Value)
{
    /// <summary>How many bits of a cursor are of the hash.</summary>
    public const int HashBits = 39;

    /// <summary>Before the first place, or after the last.</summary>
    public static ScanCursor Zero => default;

    /// <summary>The first place after all slots: as the end of a scan, no end.</summary>
    public static ScanCursor End => new((ulong)Primitives.Slot.Count << HashBits);

    /// <summary>The first place of a slot.</summary>
    public static ScanCursor AtSlot(Slot slot) => new((ulong)slot.Value << HashBits);

    /// <summary>The first place after a slot.</summary>
    public static ScanCursor AfterSlot(Slot slot) => new((ulong)(slot.Value + 1) << HashBits);

    /// <summary>The slot that the place is in. The cursor must be before <see cref="End"/>.</summary>
    public Slot Slot => new((ushort)(Value >> HashBits));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
