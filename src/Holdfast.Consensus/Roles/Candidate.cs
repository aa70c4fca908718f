using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Asks for votes in a new term (Ongaro §3.4). Its requests leave, and its own vote counts, when term and vote are durable.
/// </summary>
internal sealed class Candidate(Replica replica, bool transfer) : Role(replica)
{
    private readonly Ballot _ballot = new();
    private readonly bool _transfer = transfer;
    private ElectionTimer _timer;
    private bool _hasBegun;

    /// <inheritdoc/>
    public override RoleKind Kind => RoleKind.Candidate;

    /// <inheritdoc/>
    public override long Due => _hasBegun ? _timer.Deadline : long.MaxValue;

    /// <inheritdoc/>
    public override void Enter()
    {
        _timer.Restart(Replica.Now, Replica.Options, Replica.Random);
        Replica.EnterTerm(Replica.Term.Next);
        Replica.VoteFor(Replica.Id);
        foreach (ReplicaId voter in Replica.OtherVoters)
        {
            Replica.SendWhenDurable(Message.Vote(Replica.Id, voter, Replica.Term, Replica.Log.Last, _transfer));
        }
    }

    /// <inheritdoc/>
    public override void Tick()
    {
        if (Replica.Now >= Due)
        {
            Replica.Become(new PreCandidate(Replica));
        }
    }

    /// <inheritdoc/>
    public override void OnPersisted()
    {
        // A slow disk must not make it raise its term again and again: the election begins when its own vote is durable.
        if (!_hasBegun && Replica.Writes.DurableState == Replica.HardState)
        {
            _hasBegun = true;
            _timer.Rewind(Replica.Now);
            _ballot.Record(Replica.Id, granted: true);
            Decide();
        }
    }

    /// <inheritdoc/>
    public override void OnVoteResponse(in Message message)
    {
        _ballot.Record(message.From, !message.Reject);
        Decide();
    }

    private void Decide()
    {
        switch (_ballot.Outcome(Replica.Membership.Current))
        {
            case ElectionOutcome.Won:
                Replica.Become(new Leader(Replica));
                break;
            case ElectionOutcome.Lost:
                Replica.BecomeFollower(Replica.Term, leader: null);
                break;
            default:
                break;
        }
    }
}
