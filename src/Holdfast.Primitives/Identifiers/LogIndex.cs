using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>The position of an entry in a group's log. The first entry has index 1; zero is before the first.</summary>
public readonly record struct LogIndex(ulong Value) : IComparable<LogIndex>
{
    /// <inheritdoc/>
    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;

    /// <summary>The position before the first entry.</summary>
    public static LogIndex Zero => default;

    /// <summary>The position of the next entry.</summary>
    public LogIndex Next => new(Value + 1);

    /// <summary>The position of the entry before. Zero has none.</summary>
    public LogIndex Previous
    {
        get
        {
            Invariant.Require(Value > 0, "no entry stands before index 0");
            return new(Value - 1);
        }
    }

    /// <summary>The position so many entries later.</summary>
    public static LogIndex operator +(LogIndex left, ulong count) => new(left.Value + count);

    /// <summary>How many entries the left is ahead of the right, which must not be the later one.</summary>
    public static ulong operator -(LogIndex left, LogIndex right)
    {
        Invariant.Require(left.Value >= right.Value, "a distance between indexes is not negative");
        return left.Value - right.Value;
    }

    /// <summary>The earlier of two positions.</summary>
    public static LogIndex Min(LogIndex left, LogIndex right) => left < right ? left : right;

    /// <summary>The later of two positions.</summary>
    public static LogIndex Max(LogIndex left, LogIndex right) => left > right ? left : right;
}
