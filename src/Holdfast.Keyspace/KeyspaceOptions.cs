using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// What a keyspace is built with. All replicas of a partition must have equal options: the limits decide whether a command
/// applies, and the seed decides the order of iteration.
/// </summary>
public sealed record KeyspaceOptions
{
    /// <summary>The longest key that the record format can hold, in bytes.</summary>
    public const int MaxKeyBytesLimit = 4096;

    /// <summary>The longest value that the record format can hold, in bytes.</summary>
    public const int MaxValueBytesLimit = 512 << 20;

    /// <summary>The cluster-wide seed of key hashes, checksums and so of the order of <see cref="Keyspace.Scan"/>.</summary>
    public required ulong HashSeed { get; init; }

    /// <summary>The longest key accepted, in bytes: 1..4096.</summary>
    public int MaxKeyBytes { get; init; } = MaxKeyBytesLimit;

    /// <summary>The longest value accepted or grown to, in bytes.</summary>
    public int MaxValueBytes { get; init; } = 16 << 20;

    /// <summary>
    /// How many bytes of changes are kept for watches: the oldest go first, as commands are applied. 0 keeps none.
    /// </summary>
    public long MaxHistoryBytes { get; init; } = 64 << 20;

    /// <summary>How long changes are kept for watches, in ms of group time.</summary>
    public ulong HistoryMs { get; init; } = 600_000;

    /// <summary>The bits of key hashes that are used: all, but in tests of collisions.</summary>
    internal ulong HashMask { get; init; } = ulong.MaxValue;

    /// <summary>Plants a bug for the simulator's checkers to find: who begins with a snapshot knows no sessions and no tokens.</summary>
    internal bool LosesSessionsInSnapshots { get; init; }

    internal SipHash13 Hasher => SipHash13.OfSeed(HashSeed, HashMask);

    internal void Validate()
    {
        Invariant.Require(MaxKeyBytes is >= 1 and <= MaxKeyBytesLimit, "the longest key is 1..4096 bytes");
        Invariant.Require(MaxHistoryBytes >= 0, "the history has 0 bytes at least");
        Invariant.Require(MaxValueBytes is >= 0 and <= MaxValueBytesLimit, "the longest value is 0..512 MiB");
    }
}
