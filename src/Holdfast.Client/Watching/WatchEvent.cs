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

    /// <summary>Everything up to the token was told. One is told at once; before it come only gaps for <see cref="WatchGapReason.Epoch"/>.</summary>
    Progress = 6,
}

/// <summary>Why changes are lost to a watch. The names are those of HTTP's <c>reason</c>.</summary>
public enum WatchGapReason
{
    /// <summary>They are not kept any more.</summary>
    History = 1,

    /// <summary>They are of a history that a restore ended: revisions of it mean nothing in the one that it began.</summary>
    Epoch = 2,
}

/// <summary>What a gap says besides its partition and revision.</summary>
/// <param name="From">The partition's revision up to which everything was told.</param>
/// <param name="Reason">Why the changes are lost.</param>
public sealed record WatchGap(Revision From, WatchGapReason Reason);

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

    /// <summary>The partition's revision: of a change its own, of a gap the one after which all is told, of a progress the last one told.</summary>
    public Revision Revision { get; }

    /// <summary>The key; empty unless the event is of one.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The whole value after a put.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>What is left of the key's life after a put; null when it does not expire.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>From where and why changes are lost; null unless the event is a gap.</summary>
    public WatchGap? Gap { get; init; }

    /// <summary>
    /// Where to go on after this event, at any node and over HTTP as well; null where the last one told stays the one to go on from: in
    /// clusters of more than 64 partitions, unless the event is a progress, and of gaps for <see cref="WatchGapReason.Epoch"/>.
    /// </summary>
    public string? Token => _token?.Value;
}
