using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Which changes a <see cref="Keyspace.ReadChanges"/> gives, in the order of their revisions.</summary>
public readonly ref struct ChangeQuery
{
    /// <summary>All changes.</summary>
    public ChangeQuery()
    {
    }

    /// <summary>The revision after which to begin.</summary>
    public Revision After { get; init; }

    /// <summary>What keys begin with; a flush, which concerns all keys, is always given.</summary>
    public ReadOnlySpan<byte> Prefix { get; init; }

    /// <summary>
    /// Stops once the keys and values given, and 32 bytes for each, add up to this many bytes: at most one revision goes beyond, and one
    /// is always given.
    /// </summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Stops once so many bytes of history were looked at, whether they matched or not; at least one revision is.</summary>
    public long MaxScannedBytes { get; init; } = long.MaxValue;
}

/// <summary>What a <see cref="Keyspace.ReadChanges"/> gave.</summary>
/// <param name="Through">The revision up to which all changes that match were given: where to go on.</param>
/// <param name="More">Whether there are more changes after that.</param>
/// <param name="HasGap">
/// Whether changes after <see cref="ChangeQuery.After"/> are not kept any more. Then none was given, and <paramref name="Through"/> is
/// <see cref="Keyspace.HistoryFloor"/>.
/// </param>
public readonly record struct ChangesResult(Revision Through, bool More, bool HasGap);
