using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a replica found on its disk when it started; all of it is durable.</summary>
/// <param name="HardState">Term and vote; the default for a new group.</param>
/// <param name="Snapshot">
/// Where the log begins; for a new group index 0 and the first configuration. Its term may be above the hard state's: it became
/// durable first.
/// </param>
/// <param name="Entries">
/// The entries after it, without a gap; they are copied. If the log on disk reaches beyond the snapshot but holds another entry than
/// the snapshot's at its index, none: what follows another entry is not of this history.
/// </param>
/// <param name="Applied">How far the state machine is; between the snapshot and the last entry, and committed.</param>
public sealed record RestoredState(HardState HardState, SnapshotMeta Snapshot, IReadOnlyList<Entry> Entries, LogIndex Applied)
{
    /// <summary>The state of a replica that is added to a group: it knows nothing, not even the other members.</summary>
    public static RestoredState Joining { get; } = Bootstrap(Configuration.None);

    /// <summary>The state of a group's first replicas, before anything happened.</summary>
    public static RestoredState Bootstrap(Configuration configuration) =>
        new(default, new SnapshotMeta(default, configuration), [], LogIndex.Zero);
}
