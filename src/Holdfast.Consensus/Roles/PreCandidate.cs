using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Asks whether a quorum would vote for it, before it raises its term: so a replica that was cut off does not disturb a leader
/// when it comes back (Ongaro §9.6).
/// </summary>
internal sealed class PreCandidate(Replica replica) : Role(replica)
{
    private readonly Ballot _ballot = new();
    private ElectionTimer _timer;

    /// <inheritdoc/>
    public override RoleKind Kind => RoleKind.PreCandidate;

    /// <inheritdoc/>
    public override long Due => _timer.Deadline;

    /// <inheritdoc/>
    public override void Enter()
    {
        _timer.Restart(Replica.Now, Replica.Options, Replica.Random);
        Replica.ForgetLeader();
        foreach (ReplicaId voter in Replica.OtherVoters)
        {
            Replica.SendNow(Message.PreVote(Replica.Id, voter, Replica.Term.Next, Replica.Log.Last));
        }

        _ballot.Record(Replica.Id, granted: true);
        Decide();
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        if (Replica.Now >= _timer.Deadline)
        {
            Replica.Become(new PreCandidate(Replica));
        }
    }

    /// <inheritdoc/>
    public override void OnPreVoteResponse(in Message message)
    {
        // A grant names the term asked about; one for another term is late.
        if (message.Reject || message.Term == Replica.Term.Next)
        {
            _ballot.Record(message.From, !message.Reject);
            Decide();
        }
    }

    /// <inheritdoc/>
    public override void OnTimeoutNow(in Message message) => Replica.Become(new Candidate(Replica, transfer: true));

    private void Decide()
    {
        switch (_ballot.Outcome(Replica.Membership.Current))
        {
            case ElectionOutcome.Won:
                Replica.Become(new Candidate(Replica, transfer: false));
                break;
            case ElectionOutcome.Lost:
                Replica.BecomeFollower(Replica.Term, leader: null);
                break;
            default:
                break;
        }
    }
}
