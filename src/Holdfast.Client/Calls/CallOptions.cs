using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>How a read is done.</summary>
public sealed record ReadOptions
{
    /// <summary>How long the call may take; null is the client's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether any replica may answer from what it has applied, at once and perhaps behind.</summary>
    public bool Stale { get; init; }
}

/// <summary>How a write is done. At most one condition may be set.</summary>
public sealed record WriteOptions
{
    /// <summary>How long the call may take; null is the client's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Only when the key is absent.</summary>
    public bool IfAbsent { get; init; }

    /// <summary>Only when the key has this revision; null sets no condition.</summary>
    public Revision? IfRevision { get; init; }

    /// <summary>
    /// After how long the key expires, in whole milliseconds of at least one; null for never. Of puts alone: a put without it drops the time
    /// to live that the key had.
    /// </summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>
    /// Whether to repeat the write when it is unknown whether it was applied. The caller's promise that doing it twice, perhaps
    /// with another client's write in between, is harmless; allowed for puts, deletes and clears without a condition.
    /// </summary>
    public bool RetryUnknown { get; init; }

    /// <summary>
    /// Whether the write takes effect once however often it is sent, so that it is repeated until its deadline when it is unknown whether
    /// it was applied. Any write may, a batch too; it carries a token that the partition remembers for ten minutes (some 150 bytes each), and is
    /// refused as overloaded when the partition remembers as many as it can, about 400,000.
    /// </summary>
    public bool ExactlyOnce { get; init; }
}

/// <summary>Which pairs to list, and how.</summary>
public sealed record ListOptions
{
    /// <summary>Only keys that begin with this.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>Only keys from this on.</summary>
    public ReadOnlyMemory<byte> Start { get; init; }

    /// <summary>Only keys before this; empty sets no end.</summary>
    public ReadOnlyMemory<byte> End { get; init; }

    /// <summary>Only keys after this; empty sets no bound.</summary>
    public ReadOnlyMemory<byte> After { get; init; }

    /// <summary>At most so many pairs; null sets no limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Whether to leave the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Whether any replica may answer from what it has applied.</summary>
    public bool Stale { get; init; }

    /// <summary>How long each page may take; null is the client's own timeout.</summary>
    public TimeSpan? Timeout { get; init; }
}
