using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>
/// A hash slot, 0..16383: the hash of a key's partition key, as in Redis Cluster. The key space is cut along slots, so all keys
/// of one slot live in one partition.
/// </summary>
public readonly record struct Slot : IComparable<Slot>
{
    /// <summary>How many slots there are.</summary>
    public const int Count = 16384;

    /// <summary>The slot of that number.</summary>
    /// <exception cref="InvariantViolationException">The number is <see cref="Count"/> or more.</exception>
    public Slot(ushort value)
    {
        Invariant.Require(value < Count, "a slot is below 16384");
        Value = value;
    }

    /// <summary>The slot's number, below <see cref="Count"/>.</summary>
    public ushort Value { get; }

    /// <inheritdoc/>
    public int CompareTo(Slot other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(Slot left, Slot right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(Slot left, Slot right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(Slot left, Slot right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(Slot left, Slot right) => left.Value >= right.Value;
}
