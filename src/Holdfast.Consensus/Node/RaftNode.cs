using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// One replica of one group: Raft as a state machine. Messages and ticks go in; what must happen comes out of
/// <see cref="TakeReady"/>. It does no I/O, and is used by one thread at a time.
/// </summary>
/// <remarks>
/// Durability is by structure: a message that promises something (a vote, a confirmed append) stays inside until
/// <see cref="Persisted"/> was called for the write that it depends on. There is no way to get it earlier.
/// </remarks>
public sealed class RaftNode
{
    /// <summary>A replica that goes on from what its disk holds, as a follower.</summary>
    /// <param name="options">Shared between replicas; not copied.</param>
    /// <param name="self">Its id. It need not be in the configuration: it may yet be added.</param>
    /// <param name="state">What the disk holds.</param>
    /// <param name="random">Draws the election timeouts; the node's alone.</param>
    public RaftNode(RaftOptions options, ReplicaId self, RestoredState state, SeededRandom random) => throw new NotSupportedException();

    /// <summary>This replica.</summary>
    public ReplicaId Id => throw new NotSupportedException();

    /// <summary>What it is at present.</summary>
    public RoleKind Role => throw new NotSupportedException();

    /// <summary>Its term.</summary>
    public Term Term => throw new NotSupportedException();

    /// <summary>Whom it takes for the leader of its term: perhaps itself, or null when it knows none.</summary>
    public ReplicaId? Leader => throw new NotSupportedException();

    /// <summary>Up to where it knows the log to be committed.</summary>
    public LogIndex Commit => throw new NotSupportedException();

    /// <summary>What <see cref="AppliedTo"/> was last told.</summary>
    public LogIndex Applied => throw new NotSupportedException();

    /// <summary>The first entry in memory, or the one after <see cref="LastIndex"/> when there is none.</summary>
    public LogIndex FirstIndex => throw new NotSupportedException();

    /// <summary>The last entry of the log.</summary>
    public LogIndex LastIndex => throw new NotSupportedException();

    /// <summary>How much the entries in memory count for, in bytes.</summary>
    public long LogBytes => throw new NotSupportedException();

    /// <summary>The configuration in force: the last one in the log, committed or not (Ongaro §4.1).</summary>
    public Configuration Configuration => throw new NotSupportedException();

    /// <summary>The index of that configuration's entry; that of the snapshot when it came with one.</summary>
    public LogIndex ConfigurationIndex => throw new NotSupportedException();

    /// <summary>Whether <see cref="TakeReady"/> would give something to do.</summary>
    public bool HasReady => throw new NotSupportedException();

    /// <summary>Whom leadership is being handed over to, if it is.</summary>
    public ReplicaId? TransferTarget => throw new NotSupportedException();

    /// <summary>What the leader knows of each replica, in the order of ids; empty when this is not the leader. For status: allocates.</summary>
    public IReadOnlyList<ReplicaProgress> Progress => throw new NotSupportedException();

    /// <summary>A tick has passed.</summary>
    public void Tick() => throw new NotSupportedException();

    /// <summary>A message has come. What is kept of its entries is copied; a snapshot chunk's data must stay valid until the next <see cref="TakeReady"/> was handled.</summary>
    public void Step(in Message message) => throw new NotSupportedException();

    /// <summary>Puts a command, which is copied, at the end of the leader's log.</summary>
    /// <param name="command">The command.</param>
    /// <param name="id">Where it stands when accepted: it is decided when an entry is committed at that index, and only then done if the terms are equal.</param>
    public ProposeResult Propose(ReadOnlySpan<byte> command, out EntryId id) => throw new NotSupportedException();

    /// <summary>Proposes to change the members.</summary>
    public ProposeResult ProposeConfiguration(ConfigurationChange change, out EntryId id) => throw new NotSupportedException();

    /// <summary>Asks for a linearizable read. <paramref name="context"/> comes back in a grant or a rejection.</summary>
    public ReadResult RequestRead(ulong context) => throw new NotSupportedException();

    /// <summary>
    /// Hands leadership over. False when this is not the leader, <paramref name="to"/> is not another voter that stays, or a
    /// transfer to a third one is under way. A transfer that has not succeeded after an election timeout ends by itself.
    /// </summary>
    public bool TransferLeadership(ReplicaId to) => throw new NotSupportedException();

    /// <summary>What must happen now. The object is reused.</summary>
    public Ready TakeReady() => throw new NotSupportedException();

    /// <summary>The write that <paramref name="token"/> names, and all before it, are durable.</summary>
    public void Persisted(PersistToken token) => throw new NotSupportedException();

    /// <summary>The state machine is at <paramref name="index"/>.</summary>
    public void AppliedTo(LogIndex index) => throw new NotSupportedException();

    /// <summary>Forgets the entries in memory up to <paramref name="upTo"/>, which must be applied. A follower that needs them gets a snapshot.</summary>
    public void Compact(LogIndex upTo) => throw new NotSupportedException();

    /// <summary>What a snapshot of the state at <paramref name="index"/> is described with. The index is between the one before <see cref="FirstIndex"/> and <see cref="Commit"/>.</summary>
    public SnapshotMeta DescribeSnapshot(LogIndex index) => throw new NotSupportedException();

    /// <summary>The connection to <paramref name="peer"/> was lost, and with it perhaps messages.</summary>
    public void ReportUnreachable(ReplicaId peer) => throw new NotSupportedException();

    /// <summary>Answers a <see cref="SnapshotReadRequest"/>. The data must stay valid until the next <see cref="TakeReady"/> was handled.</summary>
    public void SnapshotRead(ReplicaId to, SnapshotMeta meta, ulong offset, ReadOnlyMemory<byte> data, bool last) => throw new NotSupportedException();

    /// <summary>Answers a <see cref="SnapshotReadRequest"/>: there is no such snapshot now. It is asked for again later, as the latest.</summary>
    public void SnapshotUnavailable(ReplicaId to) => throw new NotSupportedException();

    /// <summary>The bytes of the incoming snapshot before <paramref name="nextOffset"/> are stored.</summary>
    public void SnapshotWritten(SnapshotMeta meta, ulong nextOffset) => throw new NotSupportedException();

    /// <summary>The incoming snapshot is whole, durable and in place.</summary>
    public void SnapshotStored(SnapshotMeta meta) => throw new NotSupportedException();

    /// <summary>One line: <c>2 Follower term=3 vote=1 leader=1 log=1..7 durable=7 commit=6 applied=6 voters=(1 2 3)</c>.</summary>
    public override string ToString() => throw new NotSupportedException();
}
