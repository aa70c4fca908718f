using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Watching;

/// <summary>A page of one partition's changes, as a node told them.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Items">The changes (<see cref="ChangeItem"/>); empty for a gap.</param>
/// <param name="Through">The revision up to which everything is told.</param>
/// <param name="HasGap">Whether changes up to there are lost.</param>
internal sealed record PartitionChanges(PartitionId Partition, ReadOnlyMemory<byte> Items, Revision Through, bool HasGap);
