using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>Whose history a watch is of: what makes revisions of it mean something.</summary>
/// <param name="Cluster">The fingerprint of the cluster's id.</param>
/// <param name="Epoch">The cluster's epoch.</param>
internal readonly record struct WatchOrigin(uint Cluster, uint Epoch)
{
    /// <summary>
    /// The most partitions of which every event's id holds the whole vector. Above it would outweigh the events, and only progress has one.
    /// </summary>
    private const int MaxPartitionsInEveryId = 64;

    /// <summary>Whether the events of so many partitions each have an id, and not only progress.</summary>
    public static bool EveryEventHasId(int partitions) => partitions <= MaxPartitionsInEveryId;

    /// <summary>The token of a vector of positions.</summary>
    public WatchToken Token(ReadOnlySpan<Revision> positions) => new(Cluster, Epoch, positions);
}
