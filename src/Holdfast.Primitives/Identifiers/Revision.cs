using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>The version of a key: its partition's count of changes when the key last changed. Below 2^53; zero is "absent".</summary>
public readonly record struct Revision(ulong Value) : IComparable<Revision>
{
    /// <inheritdoc/>
    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;

    /// <summary>The revision of a key that does not exist.</summary>
    public static Revision None => default;

    /// <summary>The revision of the partition's next change.</summary>
    public Revision Next => new(Value + 1);
}
