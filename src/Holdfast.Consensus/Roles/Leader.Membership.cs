using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>How a leader changes the members and hands over leadership (Ongaro §3.10, chapter 4).</summary>
internal sealed partial class Leader
{
    /// <summary>
    /// Puts a change of configuration in the log. One at a time, and none before this leader has committed an entry: a change
    /// of one voter in each of two terms could else have majorities without a common voter (Ongaro's erratum to §4.1).
    /// </summary>
    public ProposeResult ProposeConfiguration(ConfigurationChange change, out EntryId id)
    {
        id = default;
        MembershipHistory membership = Replica.Membership;
        if (_transfer is not null)
        {
            return ProposeResult.Transferring;
        }

        if (change.Expected != membership.CurrentIndex)
        {
            return ProposeResult.ConfigurationMismatch;
        }

        if (!_committedInTerm || membership.CurrentIndex > Replica.Log.Commit || membership.Current.IsJoint)
        {
            return ProposeResult.ConfigurationChanging;
        }

        if (change.ApplyTo(membership.Current) is not { } next)
        {
            return ProposeResult.ConfigurationInvalid;
        }

        id = AppendEntry(EntryKind.Configuration, next.Encode());
        return ProposeResult.Accepted;
    }

    /// <summary>Begins to hand over to <paramref name="to"/>, which must be another voter that stays.</summary>
    public bool TransferLeadership(ReplicaId to)
    {
        if (_transfer is not null)
        {
            return _transfer.Target == to;
        }

        if (to == Replica.Id || !Replica.Membership.Current.IsIncomingVoter(to))
        {
            return false;
        }

        // From here on an election may be forced at any time in this term, so no lease holds.
        _reads.EndLease();
        _transfer = new LeadershipTransfer(to, Replica.Now + Replica.Options.ElectionTicksMax);
        CompleteTransfer();
        _hasWork = true;
        return true;
    }

    /// <summary>Tells the target to start its election, once it has the whole log; again each heartbeat, since messages get lost.</summary>
    private void CompleteTransfer()
    {
        if (_transfer is { } transfer && Peers.Find(transfer.Target)!.Match == Replica.Log.Last.Index)
        {
            Replica.Send(Message.TimeoutNow(Replica.Id, transfer.Target, Replica.Term));
        }
    }

    /// <summary>
    /// When the configuration in force is committed: leaves a joint one (Ongaro §4.3), and steps down when it is no longer a
    /// voter (§4.2.2). Also what an earlier leader left unfinished.
    /// </summary>
    private void OnConfigurationCommitted()
    {
        MembershipHistory membership = Replica.Membership;
        if (membership.CurrentIndex > Replica.Log.Commit)
        {
            return;
        }

        if (membership.Current.IsJoint)
        {
            AppendEntry(EntryKind.Configuration, membership.Current.LeaveJoint().Encode());
        }
        else if (!membership.Current.IsIncomingVoter(Replica.Id))
        {
            StepDownForMostAdvanced();
        }
    }

    /// <summary>Lets the voter that knows most start its election at once, so that the group does not wait for a timeout.</summary>
    private void StepDownForMostAdvanced()
    {
        Configuration configuration = Replica.Membership.Current;
        ReplicaId successor = configuration.Voters.MaxBy(voter => Peers.Find(voter)!.Match);
        Replica.Send(Message.TimeoutNow(Replica.Id, successor, Replica.Term));
        Replica.BecomeFollower(Replica.Term, leader: null);
    }
}
