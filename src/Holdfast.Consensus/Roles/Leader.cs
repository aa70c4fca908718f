using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>Orders the log, sends it to all, and decides what is committed (Ongaro §3.5, §3.6).</summary>
internal sealed partial class Leader(Replica replica) : Role(replica)
{
    private readonly ReadRounds _reads = new(replica.Options);
    private readonly Replicator _replicator = new(replica);
    private LeadershipTransfer? _transfer;
    private long _nextHeartbeat;
    private bool _hasWork;
    private bool _commitIsNews;
    private bool _committedInTerm;

    /// <inheritdoc/>
    public override RoleKind Kind => RoleKind.Leader;

    /// <inheritdoc/>
    public override long Due => _commitIsNews || _holdsBackEntries || _holdsBackRound ? Replica.Now : Math.Min(_nextHeartbeat, _transfer?.Deadline ?? long.MaxValue);

    /// <inheritdoc/>
    public override bool HasWork => _hasWork;

    /// <summary>What it knows of each replica.</summary>
    public ProgressTable Peers { get; } = new();

    /// <summary>Whom it hands over to, if it does.</summary>
    public ReplicaId? TransferTarget => _transfer?.Target;

    /// <inheritdoc/>
    public override void Enter()
    {
        Replica.LeadTerm();
        OnConfigurationChanged();
        ScheduleHeartbeat();

        // Entries of earlier terms are committed only through one of this term (Ongaro §3.6.2), and what is committed is known
        // only then (§6.4): so the term begins with an entry.
        AppendEntry(EntryKind.NoOp, []);
    }

    /// <inheritdoc/>
    public override void Leave()
    {
        _transfer = null;
        _reads.RejectAll(Replica.Effects);
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        if (Replica.Now >= _transfer?.Deadline)
        {
            _transfer = null;
        }

        if (_holdsBackEntries || _holdsBackRound)
        {
            SendHeldBack();
        }

        if (_commitIsNews)
        {
            FlushCommit();
        }

        if (Replica.Now >= _nextHeartbeat)
        {
            ScheduleHeartbeat();
            OnHeartbeatDue();
        }
    }

    /// <inheritdoc/>
    public override void OnPersisted()
    {
        Self?.LeaderDurable(Replica.Writes.Durable);
        AdvanceCommit();
    }

    /// <inheritdoc/>
    public override void OnConfigurationChanged()
    {
        Peers.Follow(Replica.Membership.Current, Replica.Log.Last.Index.Next, Replica.Now, Replica.Options);
        Self?.LeaderDurable(Replica.Writes.Durable);
        Replica.HeldByAll = Peers.LowestMatch;
        if (_transfer is { } transfer && !Replica.Membership.Current.IsIncomingVoter(transfer.Target))
        {
            _transfer = null;
        }

        _prompt.Choose(Peers, Replica.Membership.Current);

        // Those who are left may have answered already, and nobody else may be there to answer.
        ConfirmReads(Replica.Effects);
        _hasWork = true;
    }

    /// <inheritdoc/>
    public override void OnAppendResponse(in Message message)
    {
        if (Hear(message.From) is not { } peer)
        {
            return;
        }

        _hasWork = true;
        LogIndex index = message.LogPosition.Index;
        if (message.Reject)
        {
            peer.Refused(index, Replica.Log.LastNotAbove(message.Hint).Index);
            return;
        }

        Invariant.Require(index <= Replica.Log.Last.Index, "a follower confirms only what the leader holds");
        bool progressed = peer.Accepted(index, message.Commit, Replica.Log.Base.Index);
        _commitIsNews |= peer.Commit < Replica.Log.Commit;
        if (progressed)
        {
            AdvanceCommit();
            CompleteTransfer();
        }
    }

    /// <inheritdoc/>
    public override void OnHeartbeatResponse(in Message message)
    {
        if (Hear(message.From) is { } peer)
        {
            peer.Answered(message.Round);
            ConfirmReads(Replica.Effects);
        }
    }

    /// <inheritdoc/>
    public override void OnSnapshotChunkResponse(in Message message)
    {
        if (Hear(message.From)?.Snapshot is { } snapshot)
        {
            snapshot.OnResponse(message.LogPosition, message.Offset, Replica.Now);
            _hasWork = true;
        }
    }

    private PeerProgress? Self => Peers.Find(Replica.Id);

    /// <summary>Puts an entry of this term at the end of the log.</summary>
    private EntryId AppendEntry(EntryKind kind, ReadOnlySpan<byte> data)
    {
        var id = new EntryId(Replica.Term, Replica.Log.Last.Index.Next);
        Replica.Append(id, kind, data);
        _heldBackBytes += data.Length;
        _hasWork = true;
        return id;
    }

    private PeerProgress? Hear(ReplicaId from)
    {
        PeerProgress? peer = Peers.Find(from);
        peer?.Heard(Replica.Now);
        return peer;
    }

    /// <summary>
    /// Commits what is durable at a quorum, if it is of this term: an entry of an earlier one may yet be overwritten though a
    /// quorum holds it (Ongaro §3.6.2, figure 3.7).
    /// </summary>
    private void AdvanceCommit()
    {
        Replica.HeldByAll = Peers.LowestMatch;
        LogIndex reached = Peers.QuorumMatch(Replica.Membership.Current);
        if (reached <= Replica.Log.Commit || (Replica.Log.IdAt(reached).Term != Replica.Term && !Replica.Options.CommitsOldTermEntries))
        {
            return;
        }

        Replica.Log.CommitTo(reached);
        _commitIsNews = true;
        _hasWork = true;
        if (!_committedInTerm)
        {
            _committedInTerm = true;
            _reads.Open(reached);
        }

        OnConfigurationCommitted();
    }

    /// <summary>All leaders that share a clock beat at the same ticks, whenever each was elected: so their heartbeats share frames.</summary>
    private void ScheduleHeartbeat()
    {
        int each = Replica.Options.HeartbeatTicks;
        _nextHeartbeat = ((Replica.Now / each) + 1) * each;
    }

    private void OnHeartbeatDue()
    {
        long heardAt = Peers.QuorumHeardAt(Replica.Membership.Current, Replica.Id, Replica.Now);
        if (Replica.Now - heardAt >= Replica.Options.ElectionTicksMax)
        {
            // Check-quorum (Ongaro §6.2): clients must not wait for a leader that can't commit.
            Replica.BecomeFollower(Replica.Term, leader: null);
            return;
        }

        if (_reads.IsGathering)
        {
            _reads.Start(Replica.Clock.Micros);
            ConfirmReads(Replica.Effects);
        }

        foreach (PeerProgress peer in Peers.All)
        {
            if (peer.Id != Replica.Id)
            {
                bool active = IsActive(peer);
                SendHeartbeat(peer.Id);
                peer.OnHeartbeat(Replica.Log.Commit, active);
                peer.Snapshot?.OnHeartbeat(Replica.Now, active);
            }
        }

        CompleteTransfer();
        _hasWork = true;
    }

    /// <summary>
    /// The commit index goes with the next entries; where none follow within a tick, alone. So a busy group spends no message
    /// on it, and an idle one learns it soon.
    /// </summary>
    private void FlushCommit()
    {
        _commitIsNews = false;
        foreach (PeerProgress peer in Peers.All)
        {
            _commitIsNews |= peer.Id != Replica.Id && !peer.FlushCommit(Replica.Log.Commit);
        }

        _hasWork = true;
    }

    private bool IsActive(PeerProgress peer) =>
        peer.Id == Replica.Id || Replica.Now - peer.HeardAt < Replica.Options.ElectionTicksMax;

    private void SendHeartbeat(ReplicaId to) =>
        Replica.Send(Message.Heartbeat(Replica.Id, to, Replica.Term, _reads.Round));

    private void ConfirmReads(Ready ready)
    {
        if (_reads.IsUnderway)
        {
            _reads.Confirm(Peers.QuorumRound(Replica.Membership.Current, Replica.Id, _reads.Round), ready);
            _hasWork |= _reads.WantsRound;
        }
    }
}
