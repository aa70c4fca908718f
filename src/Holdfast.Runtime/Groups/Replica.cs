using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Groups;

/// <summary>This node's replica of one group: its consensus state, and what the engine keeps beside it.</summary>
internal abstract class Replica(GroupId group, RaftNode raft)
{
    private LogIndex? _heardCommit;

    /// <summary>The group.</summary>
    public GroupId Group => group;

    /// <summary>Consensus.</summary>
    public RaftNode Raft => raft;

    /// <summary>Whether the engine has it on its list of replicas with something to do.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The tick at which <see cref="TickSchedule"/> takes it; the largest number when it has no place there.</summary>
    public long ScheduledTick { get; set; } = long.MaxValue;

    /// <summary>Where the newest durable snapshot is; zero when there is none.</summary>
    public LogIndex SnapshotIndex { get; set; }

    /// <summary>How much was written to the log since that snapshot, in bytes.</summary>
    public long LoggedBytes { get; set; }

    /// <summary>Where the newest snapshot was when the log after it was last written again; null when it never was.</summary>
    public LogIndex? RewrittenAfter { get; set; }

    /// <summary>How many restarts of its log, each at a snapshot, are not durable yet.</summary>
    public int LogRestarts { get; set; }

    /// <summary>The last term and vote that were written, to write again when a segment is to be freed.</summary>
    public HardState WrittenState { get; set; }

    /// <summary>Whether a leader told this process a commit index that is since applied: then the replica is up to date enough to serve.</summary>
    public bool IsCurrent { get; private set; }

    /// <summary>When this replica last became leader, in the engine's time.</summary>
    public long LeaderSinceMicros { get; set; }

    /// <summary>The last index that the state shows. Consensus is ahead of it from when a snapshot is stored until it is installed.</summary>
    public LogIndex StateIndex { get; set; } = raft.Applied;

    /// <summary>Whether this node leads the group.</summary>
    public bool IsLeader => raft.Role == RoleKind.Leader;

    /// <summary>The bytes of the state, as users count them.</summary>
    public abstract long StateBytes { get; }

    /// <summary>The bytes that a snapshot would hold, about.</summary>
    public virtual long SnapshotBytes => StateBytes;

    /// <summary>Applies committed entries, in order.</summary>
    public virtual void Apply(ReadOnlySpan<Entry> committed)
    {
        foreach (ref readonly Entry entry in committed)
        {
            Apply(entry);
        }
    }

    /// <summary>Applies one committed entry.</summary>
    protected abstract void Apply(in Entry entry);

    /// <summary>Takes the place of the state: a snapshot was installed.</summary>
    public abstract void Install(SnapshotMeta meta, IncomingState state);

    /// <summary>Begins to receive a state.</summary>
    public abstract IncomingState BeginReceive();

    /// <summary>Begins to write the state out.</summary>
    public abstract OutgoingState BeginSnapshot();

    /// <summary>A leader, perhaps this replica, knows the log to be committed up to an index. The first such word is the one to catch up with.</summary>
    public void HearCommit(LogIndex commit)
    {
        if (commit > LogIndex.Zero)
        {
            _heardCommit ??= commit;
        }
    }

    /// <summary>Looks whether the replica has caught up with what a leader told it.</summary>
    public void ObserveProgress() => IsCurrent |= raft.Leader is not null && StateIndex >= _heardCommit;
}

/// <summary>A state that is being received in pieces.</summary>
internal abstract class IncomingState : IDisposable
{
    /// <summary>Takes the next piece; false when it can't be part of an intact state.</summary>
    public abstract bool Feed(ReadOnlySpan<byte> piece, out string problem);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A state that is being written in pieces, as it was at one moment.</summary>
internal abstract class OutgoingState : IDisposable
{
    /// <summary>The memory that is held only because changes since that moment must not show, in bytes.</summary>
    public virtual long HeldBytes => 0;

    /// <summary>Writes about so many bytes more; true when the state is complete.</summary>
    public abstract bool Step(int maxBytes, System.Buffers.IBufferWriter<byte> output);

    /// <inheritdoc/>
    public abstract void Dispose();
}
