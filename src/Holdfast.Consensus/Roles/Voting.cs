using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>How a replica of any role answers those who want to lead.</summary>
internal static class Voting
{
    /// <summary>
    /// Whether a request to elect <paramref name="message"/>'s sender is ignored: who heard from a leader within the shortest
    /// election timeout lets nobody disturb it (Ongaro §4.2.3), unless the leader itself asked for the election.
    /// </summary>
    public static bool IsIgnored(Replica replica, in Message message) =>
        message.Kind is MessageKind.PreVote or MessageKind.Vote && !message.Transfer && replica.HeardLeaderLately;

    /// <summary>Answers a pre-vote. Nothing changes by it.</summary>
    public static void OnPreVote(Replica replica, in Message message)
    {
        bool free = message.Term > replica.Term || (MayVoteFor(replica, message.From) && replica.Leader is null);
        bool granted = message.Term >= replica.Term && free && IsUpToDate(replica, message);
        Term term = granted ? message.Term : replica.Term;
        replica.SendNow(Message.PreVoteResponse(replica.Id, message.From, term, reject: !granted));
    }

    /// <summary>Answers a vote request of the replica's own term: one vote a term, and none for an older log (Ongaro §3.6.1).</summary>
    public static void OnVote(Replica replica, in Message message)
    {
        bool granted = MayVoteFor(replica, message.From) && IsUpToDate(replica, message);
        Message response = Message.VoteResponse(replica.Id, message.From, replica.Term, reject: !granted);
        if (!granted)
        {
            replica.Send(response);
            return;
        }

        replica.VoteFor(message.From);
        replica.SendWhenDurable(response);
    }

    /// <summary>Tells the sender of a message of an earlier term the present one, if it would go on otherwise.</summary>
    public static void AnswerEarlierTerm(Replica replica, in Message message)
    {
        switch (message.Kind)
        {
            case MessageKind.PreVote:
                replica.SendNow(Message.PreVoteResponse(replica.Id, message.From, replica.Term, reject: true));
                break;
            case MessageKind.Vote:
                replica.Send(Message.VoteResponse(replica.Id, message.From, replica.Term, reject: true));
                break;
            case MessageKind.Append or MessageKind.Heartbeat or MessageKind.SnapshotChunk:
                replica.Send(Message.AppendRefused(
                    replica.Id, message.From, replica.Term, message.LogPosition, replica.Log.Last, replica.Log.Commit));
                break;
            default:
                break;
        }
    }

    private static bool MayVoteFor(Replica replica, ReplicaId candidate) => replica.Vote is null || replica.Vote == candidate;

    private static bool IsUpToDate(Replica replica, in Message message) =>
        message.LogPosition.IsAtLeastAsUpToDateAs(replica.Log.Last);
}
