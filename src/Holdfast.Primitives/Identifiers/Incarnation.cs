using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>The random number that a data directory gets when it is created. A node id whose directory was lost comes back with another one.</summary>
public readonly record struct Incarnation(ulong Value) : IComparable<Incarnation>
{
    /// <inheritdoc/>
    public int CompareTo(Incarnation other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(Incarnation left, Incarnation right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(Incarnation left, Incarnation right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(Incarnation left, Incarnation right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(Incarnation left, Incarnation right) => left.Value >= right.Value;
}
