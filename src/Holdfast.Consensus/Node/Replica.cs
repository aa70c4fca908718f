using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What all roles of a replica share: its durable state, its log, and the ways to change them and to be heard.</summary>
internal sealed class Replica
{
    private readonly HeldMessages _held = new();
    private Ready _spare = new();
    private long _heardLeaderAt;

    public Replica(
        RaftOptions options, ReplicaId id, RestoredState state, SeededRandom random, RaftClock clock, EntryBlockPool? pool)
    {
        options.Validate();
        Options = options;
        Id = id;
        Random = random;
        Clock = clock;

        // A snapshot may become durable before the term in which it came. Nothing was promised in that term then: it goes on there,
        // without a vote.
        bool outrun = state.Snapshot.Id.Term > state.HardState.Term;
        (Term, Vote) = outrun ? (state.Snapshot.Id.Term, null) : (state.HardState.Term, state.HardState.Vote);
        Membership = new MembershipHistory(state.Snapshot);
        Log = new RaftLog(state.Snapshot.Id, pool);
        foreach (Entry entry in state.Entries)
        {
            AppendToLog(entry.Id, entry.Kind, entry.Data.Span);
        }

        Invariant.Require(Log.Last.Term <= Term, "no entry is of a later term than the replica's");
        Log.RestoreApplied(state.Applied);
        Writes = new WriteLedger(state.HardState, Log.Last.Index);

        // A leader may hold a lease that leans on what this replica heard before it stopped. Without leases it may vote at once.
        _heardLeaderAt = options.LeaseReads || options.KeepsLeases ? Now : Now - options.ElectionTicksMin;
        Role = new Follower(this);
        Role.Enter();
    }

    public RaftOptions Options { get; }

    public ReplicaId Id { get; }

    public SeededRandom Random { get; }

    public RaftClock Clock { get; }

    public RaftLog Log { get; }

    public WriteLedger Writes { get; }

    public MembershipHistory Membership { get; }

    public SnapshotReceive Incoming { get; } = new();

    /// <summary>What gathers for the next <see cref="RaftNode.TakeReady"/>.</summary>
    public Ready Effects { get; private set; } = new();

    public Role Role { get; private set; }

    public Term Term { get; private set; }

    public ReplicaId? Vote { get; private set; }

    public ReplicaId? Leader { get; private set; }

    /// <summary>
    /// Up to where the leader last knew all replicas to hold the log durably: none of them should need those entries from this one. Safety
    /// does not depend on it: who needs what was forgotten gets a snapshot.
    /// </summary>
    public LogIndex HeldByAll { get; set; }

    /// <summary>The tick that it is.</summary>
    public long Now => Clock.Ticks;

    public HardState HardState => new(Term, Vote);

    /// <summary>
    /// Whether it may begin an election: it has a vote, or had one before a configuration that may not be committed. The
    /// latter may be the only one that holds the change and can finish it (Ongaro §4.2.2).
    /// </summary>
    public bool MayCampaign =>
        Membership.Current.IsVoter(Id) || (Membership.CurrentIndex > Log.Commit && Membership.Previous.IsVoter(Id));

    /// <summary>All voters of the configuration in force but itself, in the order of ids.</summary>
    public OtherReplicas OtherVoters => new(Membership.Current.AllVoters, Id);

    /// <summary>Whether it heard from a leader within the shortest election timeout, or is one.</summary>
    public bool HeardLeaderLately => Role.Kind == RoleKind.Leader || Now - _heardLeaderAt < Options.ElectionTicksMin;

    /// <summary>Takes on another role in the same term.</summary>
    public void Become(Role role)
    {
        Invariant.Require(RoleTransitions.Allows(Role.Kind, role.Kind), $"a {Role.Kind} does not become a {role.Kind}");
        Role.Leave();
        Role = role;
        role.Enter();
    }

    /// <summary>
    /// Follows <paramref name="leader"/>, or nobody yet, in <paramref name="term"/>, which is not before the present one.
    /// </summary>
    public void BecomeFollower(Term term, ReplicaId? leader)
    {
        if (term != Term)
        {
            EnterTerm(term);
        }

        Leader = leader;
        Become(new Follower(this));
    }

    /// <summary>A message came that only the leader of this term sends.</summary>
    public void FollowLeader(ReplicaId leader)
    {
        Invariant.Require(
            Role.Kind != RoleKind.Leader, $"a term has one leader: {Id} and {leader} both lead in {Term} (election safety, Ongaro §3.4)");
        if (Leader == leader)
        {
            return;
        }

        Invariant.Require(
            Leader is null, $"a term has one leader: {Leader} and {leader} both lead in {Term} (election safety, Ongaro §3.4)");
        BecomeFollower(Term, leader);
    }

    /// <summary>The leader of this term was heard from.</summary>
    public void HeardLeader() => _heardLeaderAt = Now;

    /// <summary>Nobody is taken for the leader any more.</summary>
    public void ForgetLeader() => Leader = null;

    /// <summary>This replica won the election of its term.</summary>
    public void LeadTerm()
    {
        Invariant.Require(Writes.DurableState == HardState && Vote == Id, "a leader's term and own vote are durable");
        Leader = Id;
    }

    /// <summary>Begins a term in which it has not voted. What waited to be promised in earlier terms is of no use any more.</summary>
    public void EnterTerm(Term term)
    {
        Invariant.Require(term > Term, "a term never goes back");
        Term = term;
        Vote = null;
        Leader = null;
        _held.Clear();
    }

    /// <summary>Gives its vote in this term.</summary>
    public void VoteFor(ReplicaId candidate)
    {
        Invariant.Require(Vote is null || Vote == candidate, "a replica has one vote a term (Ongaro §3.4)");
        Vote = candidate;
    }

    /// <summary>Sends what speaks for no term: it does not wait for anything.</summary>
    public void SendNow(in Message message) => Effects.MessageList.Add(message);

    /// <summary>Sends what promises nothing but that its term has begun: at once, unless the term is not durable.</summary>
    public void Send(in Message message)
    {
        if (Writes.DurableState.Term == Term)
        {
            SendNow(message);
        }
        else
        {
            SendWhenDurable(message);
        }
    }

    /// <summary>Sends a promise: it leaves when all of the present state and log is durable.</summary>
    public void SendWhenDurable(in Message message)
    {
        if (Writes.Covering(HardState, Log.Last.Index) is { } token)
        {
            _held.Add(message, token);
        }
        else
        {
            SendNow(message);
        }
    }

    /// <summary>A write is durable: promises that waited for it leave.</summary>
    public void Persisted(PersistToken token)
    {
        Writes.Complete(token);
        _held.Release(token, Effects.MessageList);
        Role.OnPersisted();
    }

    /// <summary>Puts an entry of its own at the end of the leader's log.</summary>
    public void Append(EntryId id, EntryKind kind, ReadOnlySpan<byte> data)
    {
        if (AppendToLog(id, kind, data))
        {
            ConfigurationChanged();
        }
    }

    /// <summary>
    /// Takes over the leader's entries, which follow an entry that the log holds; what conflicts with them goes (Ongaro §3.5).
    /// </summary>
    public void Accept(ReadOnlySpan<Entry> entries)
    {
        bool changed = false;
        foreach (ref readonly Entry entry in entries)
        {
            if (Log.TryTerm(entry.Id.Index, out Term term))
            {
                if (term == entry.Id.Term)
                {
                    continue;
                }

                changed |= Truncate(entry.Id.Index);
            }

            changed |= AppendToLog(entry.Id, entry.Kind, entry.Data.Span);
        }

        if (changed)
        {
            ConfigurationChanged();
        }
    }

    /// <summary>The state machine is at <paramref name="index"/>; the log in memory stays within its bounds.</summary>
    public void AppliedTo(LogIndex index)
    {
        Log.AppliedTo(index);
        Compact(Log.IndexToForget(HeldByAll, Options.MinLogBytes, Options.MaxLogBytes));
    }

    /// <summary>Forgets entries in memory.</summary>
    public void Compact(LogIndex upTo)
    {
        Log.Compact(upTo);
        Membership.Compact(Log.Base.Index);
    }

    /// <summary>A snapshot came in and is durable: it takes the place of state machine and log, unless they are as far.</summary>
    public void Install(SnapshotMeta meta)
    {
        Incoming.Clear();
        if (meta.Id.Index > Log.Commit && !Log.Contains(meta.Id))
        {
            if (Role.Kind != RoleKind.Follower)
            {
                Invariant.Require(
                    Role.Kind != RoleKind.Leader, "a leader holds all that is committed (leader completeness, Ongaro §3.6.3)");
                BecomeFollower(Term, leader: null);
            }

            Log.Restart(meta.Id);
            Writes.Restart(meta.Id.Index);
            Membership.Restart(meta);
            Effects.InstallSnapshot = meta;
            ConfigurationChanged();
        }

        Log.CommitTo(meta.Id.Index);
        if (Role.Kind == RoleKind.Follower && Leader is { } leader)
        {
            SendWhenDurable(Message.AppendAccepted(Id, leader, Term, meta.Id.Index, Log.Commit));
        }
    }

    /// <summary>Gives out what has gathered, and begins to gather anew.</summary>
    public Ready TakeEffects()
    {
        Ready ready = Effects;
        Role.Emit(ready);
        Writes.Give(HardState, Log, ready);
        ready.Committed = Log.Deliver(Options.MaxBytesPerApply);
        (Effects, _spare) = (_spare, ready);
        Effects.Clear();
        return ready;
    }

    private void ConfigurationChanged()
    {
        Effects.ConfigurationChanged = true;
        Role.OnConfigurationChanged();
    }

    /// <summary>True when another configuration is in force now.</summary>
    private bool Truncate(LogIndex index)
    {
        Invariant.Require(Role.Kind != RoleKind.Leader, "a leader never removes entries (leader append-only, Ongaro §3.4)");
        Log.Truncate(index);
        Writes.Truncate(index);
        return Membership.Truncate(index);
    }

    /// <summary>True when another configuration is in force now.</summary>
    private bool AppendToLog(EntryId id, EntryKind kind, ReadOnlySpan<byte> data)
    {
        Log.Append(id, kind, data);
        if (kind != EntryKind.Configuration)
        {
            return false;
        }

        bool decoded = Configuration.TryDecode(data, out Configuration? configuration);
        Invariant.Require(decoded && configuration?.Voters.Count > 0, $"entry {id} is a configuration of a version that is known");
        Membership.Append(id.Index, configuration);
        return true;
    }
}
