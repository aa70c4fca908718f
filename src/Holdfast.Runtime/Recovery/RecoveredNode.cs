using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Storage;
using Holdfast.Wire.Control;
using KeyspaceState = Holdfast.Keyspace.Keyspace;

namespace Holdfast.Runtime.Recovery;

/// <summary>What a data directory held when the node started.</summary>
public sealed class RecoveredNode
{
    internal RecoveredNode(Manifest manifest, WriteAheadLog log, SnapshotStore snapshots, Dictionary<GroupId, RecoveredGroup> groups, string report)
    {
        Manifest = manifest;
        Log = log;
        Snapshots = snapshots;
        Groups = groups;
        Report = report;
    }

    /// <summary>A sentence for the operator: what was found, and what was cut off.</summary>
    public string Report { get; }

    /// <summary>The directory's incarnation.</summary>
    public Incarnation Incarnation => new(Manifest.Self.Incarnation);

    internal Manifest Manifest { get; }

    internal WriteAheadLog Log { get; }

    internal SnapshotStore Snapshots { get; }

    internal Dictionary<GroupId, RecoveredGroup> Groups { get; }
}

/// <summary>What a data directory held of one group.</summary>
internal sealed class RecoveredGroup
{
    /// <summary>Term and vote.</summary>
    public HardState HardState { get; set; }

    /// <summary>Where the entries kept in memory begin.</summary>
    public required SnapshotMeta Base { get; set; }

    /// <summary>The entries after it.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>How far the state is.</summary>
    public LogIndex Applied { get; set; }

    /// <summary>What is known to be committed.</summary>
    public LogIndex Commit { get; set; }

    /// <summary>The newest durable snapshot.</summary>
    public LogIndex SnapshotIndex { get; set; }

    /// <summary>Whether the log had entries that follow on others not read yet, and those were not read since.</summary>
    public bool HasGap { get; set; }

    /// <summary>Whether the log has another entry where the snapshot ends: then that one and those after it are void.</summary>
    public bool HasConflict { get; set; }

    /// <summary>The bytes of log since that snapshot.</summary>
    public long LoggedBytes { get; set; }

    /// <summary>The state of a partition.</summary>
    public KeyspaceState? Keyspace { get; set; }

    /// <summary>The state of group 0.</summary>
    public SystemSnapshot? System { get; set; }
}
