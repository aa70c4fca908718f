using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A Raft term: the number of an election, and of the leader that won it (Ongaro §3.3). Zero is before the first election.</summary>
public readonly record struct Term(ulong Value) : IComparable<Term>
{
    /// <inheritdoc/>
    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;

    /// <summary>The term before the first election.</summary>
    public static Term Zero => default;

    /// <summary>The term of the next election.</summary>
    public Term Next => new(Value + 1);
}
