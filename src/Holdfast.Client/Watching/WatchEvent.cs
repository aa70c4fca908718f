using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>What a watch tells.</summary>
public enum WatchEventKind
{
    /// <summary>A key has a new value, or another deadline.</summary>
    Put = 1,

    /// <summary>A key was deleted.</summary>
    Delete = 2,

    /// <summary>A key's deadline came.</summary>
    Expire = 3,

    /// <summary>All keys of the partition were deleted as one change.</summary>
    Flush = 4,

    /// <summary>Changes of the partition up to <see cref="WatchEvent.Revision"/> are lost to the watch: read anew what matters.</summary>
    Gap = 5,

    /// <summary>Everything up to the token was told. The first is told at once.</summary>
    Progress = 6,
}

/// <summary>One event of a watch. Immutable.</summary>
public sealed record WatchEvent
{
    private readonly Lazy<string>? _token;

    /// <summary>An event.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="revision">The partition's revision.</param>
    /// <param name="token">Where to go on after it; null where that is not told.</param>
    public WatchEvent(WatchEventKind kind, PartitionId partition, Revision revision, Lazy<string>? token)
    {
        Kind = kind;
        Partition = partition;
        Revision = revision;
        _token = token;
    }

    /// <summary>What happened.</summary>
    public WatchEventKind Kind { get; }

    /// <summary>The partition; of a progress, the one that it was noticed by.</summary>
    public PartitionId Partition { get; }

    /// <summary>The partition's revision: of a change its own, of a gap the last one lost, of a progress the last one told.</summary>
    public Revision Revision { get; }

    /// <summary>The key; empty unless the event is of one.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The whole value after a put.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>What is left of the key's life after a put; null when it does not expire.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>
    /// Where to go on after this event, at any node and over HTTP as well; null in clusters of more than 64 partitions, unless the event is
    /// a progress.
    /// </summary>
    public string? Token => _token?.Value;
}
