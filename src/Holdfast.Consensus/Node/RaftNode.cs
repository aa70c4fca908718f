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
    private readonly Replica _replica;
    private (RoleKind Role, Term Term, ReplicaId? Leader) _shown;

    /// <summary>A replica that goes on from what its disk holds, as a follower.</summary>
    /// <param name="options">Shared between replicas; not copied.</param>
    /// <param name="self">Its id. It need not be in the configuration: it may yet be added.</param>
    /// <param name="state">What the disk holds.</param>
    /// <param name="random">Draws the election timeouts; the node's alone.</param>
    /// <param name="clock">The time; may be shared between replicas, which then beat together.</param>
    /// <param name="pool">
    /// Where the memory of entries comes from and goes to. With one, the bytes of an entry given out are whole until the next call on
    /// this node and no longer; without, as long as someone holds them.
    /// </param>
    public RaftNode(
        RaftOptions options, ReplicaId self, RestoredState state, SeededRandom random, RaftClock clock, EntryBlockPool? pool = null)
    {
        _replica = new Replica(options, self, state, random, clock, pool);
        _shown = Standing;
    }

    /// <summary>This replica.</summary>
    public ReplicaId Id => _replica.Id;

    /// <summary>What it is at present.</summary>
    public RoleKind Role => _replica.Role.Kind;

    /// <summary>Its term.</summary>
    public Term Term => _replica.Term;

    /// <summary>Whom it takes for the leader of its term: perhaps itself, or null when it knows none.</summary>
    public ReplicaId? Leader => _replica.Leader;

    /// <summary>Up to where it knows the log to be committed.</summary>
    public LogIndex Commit => _replica.Log.Commit;

    /// <summary>What <see cref="AppliedTo"/> was last told.</summary>
    public LogIndex Applied => _replica.Log.Applied;

    /// <summary>The first entry in memory, or the one after <see cref="LastIndex"/> when there is none.</summary>
    public LogIndex FirstIndex => _replica.Log.First;

    /// <summary>The last entry of the log.</summary>
    public LogIndex LastIndex => _replica.Log.Last.Index;

    /// <summary>How many bytes of the log wait for their commit.</summary>
    public long UncommittedBytes => _replica.Log.UncommittedBytes;

    /// <summary>Up to where the log is durable here.</summary>
    public LogIndex Durable => _replica.Writes.Durable;

    /// <summary>How much the entries in memory count for, in bytes.</summary>
    public long LogBytes => _replica.Log.Bytes;

    /// <summary>The configuration in force: the last one in the log, committed or not (Ongaro §4.1).</summary>
    public Configuration Configuration => _replica.Membership.Current;

    /// <summary>The index of that configuration's entry; that of the snapshot when it came with one.</summary>
    public LogIndex ConfigurationIndex => _replica.Membership.CurrentIndex;

    /// <summary>Whether <see cref="TakeReady"/> would give something to do.</summary>
    public bool HasReady =>
        _replica.Role.HasWork
        || !_replica.Effects.IsEmpty
        || _replica.Writes.HasUnwritten(_replica.HardState, _replica.Log.Last.Index)
        || _replica.Log.Commit > _replica.Log.Delivered
        || _shown != Standing;

    /// <summary>Whom leadership is being handed over to, if it is.</summary>
    public ReplicaId? TransferTarget => (_replica.Role as Leader)?.TransferTarget;

    /// <summary>
    /// What the leader knows of each replica, in the order of ids; empty when this is not the leader. For status: allocates.
    /// </summary>
    public IReadOnlyList<ReplicaProgress> Progress => (_replica.Role as Leader)?.DescribeProgress() ?? [];

    /// <summary>
    /// The tick before which <see cref="Tick"/> has nothing to do. It comes nearer only by other calls, and so may be asked for after
    /// the last of them; one that is not after the clock's means the next tick.
    /// </summary>
    public long Due => _replica.Role.Due;

    /// <summary>The clock has gone on by one tick or more since the last call: does what is due.</summary>
    public void Tick() => _replica.Role.Tick();

    /// <summary>
    /// A heartbeat has come for this replica. True when nothing but the plain answer follows, which the caller then gives, and there is
    /// nothing more to do; false when nothing was done: then it goes to <see cref="Step"/>. Nearly all of a quiet group's heartbeats
    /// are of the first kind, and there are many quiet groups.
    /// </summary>
    public bool TryHearQuietly(ReplicaId leader, Term term) =>
        term == Term && leader == Leader && _replica.Role is Follower follower && follower.TryHearQuietly();

    /// <summary>
    /// A message has come; one for another replica is ignored. What is kept of its entries is copied; a snapshot chunk's data
    /// must stay valid until the next <see cref="TakeReady"/> was handled.
    /// </summary>
    public void Step(in Message message) => Dispatch.Step(_replica, message);

    /// <summary>Puts a command, which is copied, at the end of the leader's log.</summary>
    /// <param name="command">The command.</param>
    /// <param name="id">
    /// Where it stands when accepted: it is decided when an entry is committed at that index, and only then done if the terms are
    /// equal.
    /// </param>
    public ProposeResult Propose(ReadOnlySpan<byte> command, out EntryId id)
    {
        id = default;
        return _replica.Role is Leader leader ? leader.Propose(command, out id) : ProposeResult.NotLeader;
    }

    /// <summary>Proposes to change the members.</summary>
    public ProposeResult ProposeConfiguration(ConfigurationChange change, out EntryId id)
    {
        id = default;
        return _replica.Role is Leader leader ? leader.ProposeConfiguration(change, out id) : ProposeResult.NotLeader;
    }

    /// <summary>Asks for a linearizable read. <paramref name="context"/> comes back in a grant or a rejection.</summary>
    public ReadResult RequestRead(ulong context) => (_replica.Role as Leader)?.RequestRead(context) ?? ReadResult.NotLeader;

    /// <summary>
    /// Hands leadership over. False when this is not the leader, <paramref name="to"/> is not another voter that stays, or a
    /// transfer to a third one is under way. A transfer that has not succeeded after an election timeout ends by itself.
    /// </summary>
    public bool TransferLeadership(ReplicaId to) => (_replica.Role as Leader)?.TransferLeadership(to) ?? false;

    /// <summary>What must happen now. The object is reused.</summary>
    public Ready TakeReady()
    {
        Ready ready = _replica.TakeEffects();
        ready.RoleChanged = _shown != Standing;
        _shown = Standing;
        return ready;
    }

    /// <summary>The write that <paramref name="token"/> names, and all before it, are durable.</summary>
    public void Persisted(PersistToken token) => _replica.Persisted(token);

    /// <summary>The state machine is at <paramref name="index"/>.</summary>
    public void AppliedTo(LogIndex index) => _replica.AppliedTo(index);

    /// <summary>
    /// Forgets the entries in memory up to <paramref name="upTo"/>, which must be applied. A follower that needs them gets a
    /// snapshot.
    /// </summary>
    public void Compact(LogIndex upTo) => _replica.Compact(upTo);

    /// <summary>The entries from <paramref name="first"/>, which is in memory, to the last: to write them again. Valid until the next call.</summary>
    public ReadOnlyMemory<Entry> EntriesFrom(LogIndex first) => _replica.Log.Slice(first, LastIndex, int.MaxValue, out _);

    /// <summary>
    /// What a snapshot of the state at <paramref name="index"/> is described with. The index is not before the one that precedes
    /// <see cref="FirstIndex"/>.
    /// </summary>
    public SnapshotMeta DescribeSnapshot(LogIndex index) => new(_replica.Log.IdAt(index), _replica.Membership.At(index));

    /// <summary>The connection to <paramref name="peer"/> was lost, and with it perhaps messages.</summary>
    public void ReportUnreachable(ReplicaId peer) => (_replica.Role as Leader)?.OnUnreachable(peer);

    /// <summary>
    /// Answers a <see cref="SnapshotReadRequest"/>. The data must stay valid until the next <see cref="TakeReady"/> was handled.
    /// </summary>
    public void SnapshotRead(ReplicaId to, SnapshotMeta meta, ulong offset, ReadOnlyMemory<byte> data, bool last) =>
        (_replica.Role as Leader)?.OnSnapshotRead(to, meta, offset, data, last);

    /// <summary>
    /// Answers a <see cref="SnapshotReadRequest"/>: there is no such snapshot now. It is asked for again later, as the latest.
    /// </summary>
    public void SnapshotUnavailable(ReplicaId to) => (_replica.Role as Leader)?.OnSnapshotUnavailable(to);

    /// <summary>The bytes of the incoming snapshot before <paramref name="nextOffset"/> are stored.</summary>
    public void SnapshotWritten(SnapshotMeta meta, ulong nextOffset)
    {
        if (_replica.Incoming.OnWritten(meta, nextOffset) && _replica is { Leader: { } leader, Role.Kind: RoleKind.Follower })
        {
            _replica.Send(Message.SnapshotChunkResponse(Id, leader, Term, meta.Id, nextOffset));
        }
    }

    /// <summary>
    /// What has come in of a snapshot could not be stored, or can't be kept: the leader is to begin it again. It does so when it next sends.
    /// </summary>
    public void SnapshotLost(SnapshotMeta meta) => _replica.Incoming.Lose(meta);

    /// <summary>The incoming snapshot is whole, durable and in place.</summary>
    public void SnapshotStored(SnapshotMeta meta) => _replica.Install(meta);

    /// <summary>One line: <c>2 Follower term=3 vote=1 leader=1 log=1..7 durable=7 commit=6 applied=6 voters=(1 2 3)</c>.</summary>
    public override string ToString() =>
        $"{Id} {Role} term={Term} vote={_replica.Vote?.ToString() ?? "-"} leader={Leader?.ToString() ?? "-"} "
        + $"log={FirstIndex}..{LastIndex} durable={Durable} commit={Commit} applied={Applied} {Configuration}";

    private (RoleKind Role, Term Term, ReplicaId? Leader) Standing => (Role, Term, Leader);
}
