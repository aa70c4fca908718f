using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Runtime;

namespace Holdfast.Simulation;

/// <summary>Makes nodes of the real engine, with bounds so small that snapshots, segments and catching up happen all the time.</summary>
public sealed class EngineFactory : ISimNodeFactory
{
    private const long SegmentBytes = 64 * 1024;

    /// <summary>How much one append carries at most, in bytes, an entry at least; null: as each process draws it, one entry or many.</summary>
    public int? MaxBytesPerAppend { get; init; }

    /// <inheritdoc/>
    public bool Supports(FaultKind kind) => true;

    /// <inheritdoc/>
    public ISimNode Start(NodeEnvironment environment)
    {
        var options = new EngineOptions
        {
            Self = environment.Id,
            Address = environment.Address,
            Peers = [.. environment.Founders.Where(founder => founder != environment.Address)],
            Partitions = environment.Partitions,
            SnapshotLogBytes = 32 * 1024,
            MaxHistoryBytes = environment.HistoryBytes,
            HistoryMs = environment.HistoryMs,
            ReadsByOwnClock = environment.Bug == PlantedBug.ReadsByOwnClock,
            SkipsChangesOfSnapshots = environment.Bug == PlantedBug.SkipsChangesOfSnapshots,
            TellsLastChangeAlone = environment.Bug == PlantedBug.TellsLastChangeAlone,
            StampsByOwnClock = environment.Bug == PlantedBug.StampsByOwnClock,
            ForgetsTokensOfOthers = environment.Bug == PlantedBug.ForgetsTokensOfOthers,
            ForgetsSessions = environment.Bug == PlantedBug.ForgetsSessions,
            SplitsBatches = environment.Bug == PlantedBug.SplitsBatches,
            Keyspace = new KeyspaceOptions { HashSeed = 0, LosesSessionsInSnapshots = environment.Bug == PlantedBug.LosesSessionsInSnapshots },
            Raft = new RaftOptions
            {
                MaxLogBytes = 16 * 1024,
                MinLogBytes = environment.Random.Chance(0.5) ? 1024 : 16 * 1024,
                SnapshotChunkBytes = 4 * 1024,
                MaxBytesPerAppend = MaxBytesPerAppend ?? (environment.Random.Chance(0.3) ? 1 : 8 * 1024),
                MaxInflightBytes = 32 * 1024,
                MaxUncommittedBytes = environment.Random.Chance(0.3) ? 1024 : 8 * 1024 * 1024,
                MaxTrailingBytes = environment.Random.Chance(0.7) ? 1024 : 0,
                CommitsOldTermEntries = environment.Bug == PlantedBug.CommitsOldTermEntry,
                GrantsReadsWithoutRound = environment.Bug == PlantedBug.ReadsWithoutRound,
            },
        };
        return new EngineNode(environment, options, SegmentBytes);
    }
}
