namespace Holdfast.Keyspace;

/// <summary>Which pairs a <see cref="Keyspace.List"/> gives, in the order of unsigned key bytes.</summary>
public readonly ref struct ListQuery
{
    /// <summary>All pairs.</summary>
    public ListQuery()
    {
    }

    /// <summary>The first key; empty for the first there is.</summary>
    public ReadOnlySpan<byte> Start { get; init; }

    /// <summary>Whether <see cref="Start"/> itself is left out.</summary>
    public bool StartExclusive { get; init; }

    /// <summary>The key before which to stop; empty for none.</summary>
    public ReadOnlySpan<byte> End { get; init; }

    /// <summary>The most pairs to give.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>
    /// Stops once the keys (and values, unless <see cref="KeysOnly"/>) given add up to this many bytes: at most one pair goes
    /// beyond, and one is always given.
    /// </summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether values are left empty and not counted.</summary>
    public bool KeysOnly { get; init; }
}

/// <summary>What a <see cref="Keyspace.List"/> gave.</summary>
/// <param name="Count">The number of pairs.</param>
/// <param name="Bytes">The bytes of their keys, and values where given.</param>
/// <param name="More">Whether the range holds more: go on after the last key given.</param>
public readonly record struct ListResult(int Count, long Bytes, bool More);
