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

    /// <summary>
    /// Stops once so many keys whose deadline has passed were passed over; <see cref="ListResult.NextKey"/> then says where to go on.
    /// Without it a list may take long when very many keys have expired and were not removed yet.
    /// </summary>
    public int MaxSkipped { get; init; } = int.MaxValue;

    /// <summary>Whether values are left empty and not counted.</summary>
    public bool KeysOnly { get; init; }
}

/// <summary>What a <see cref="Keyspace.List"/> gave.</summary>
/// <param name="Count">The number of pairs.</param>
/// <param name="Bytes">The bytes of their keys, and values where given.</param>
/// <param name="More">
/// Whether the range may hold more: go on at <see cref="NextKey"/> if there is one, else after the last key given.
/// </param>
public readonly record struct ListResult(int Count, long Bytes, bool More)
{
    /// <summary>Where to go on, that key included, after <see cref="ListQuery.MaxSkipped"/>; else empty.</summary>
    public ReadOnlyMemory<byte> NextKey { get; init; }
}
