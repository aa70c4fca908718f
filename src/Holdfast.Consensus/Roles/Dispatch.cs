using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>Brings a message to the role it is for, after the rules that hold for all roles: those about terms (Ongaro §3.3).</summary>
internal static class Dispatch
{
    /// <summary>Takes a message in.</summary>
    public static void Step(Replica replica, in Message message)
    {
        if (message.To != replica.Id || Voting.IsIgnored(replica, message))
        {
            return;
        }

        if (IsBeforeItsTerm(message))
        {
            StepPreVote(replica, message);
            return;
        }

        if (message.Term < replica.Term)
        {
            Voting.AnswerEarlierTerm(replica, message);
            return;
        }

        if (message.Term > replica.Term)
        {
            replica.BecomeFollower(message.Term, leader: null);
        }

        if (message.IsFromLeader)
        {
            replica.FollowLeader(message.From);
        }

        StepRole(replica, message);
    }

    /// <summary>Pre-votes speak of a term that has not begun, and so change nobody's.</summary>
    private static bool IsBeforeItsTerm(in Message message) =>
        message.Kind == MessageKind.PreVote || (message.Kind == MessageKind.PreVoteResponse && !message.Reject);

    private static void StepPreVote(Replica replica, in Message message)
    {
        if (message.Kind == MessageKind.PreVote)
        {
            Voting.OnPreVote(replica, message);
        }
        else
        {
            replica.Role.OnPreVoteResponse(message);
        }
    }

    private static void StepRole(Replica replica, in Message message)
    {
        Role role = replica.Role;
        switch (message.Kind)
        {
            case MessageKind.PreVoteResponse:
                role.OnPreVoteResponse(message);
                break;
            case MessageKind.Vote:
                Voting.OnVote(replica, message);
                break;
            case MessageKind.VoteResponse:
                role.OnVoteResponse(message);
                break;
            case MessageKind.Append:
                role.OnAppend(message);
                break;
            case MessageKind.AppendResponse:
                role.OnAppendResponse(message);
                break;
            case MessageKind.Heartbeat:
                role.OnHeartbeat(message);
                break;
            case MessageKind.HeartbeatResponse:
                role.OnHeartbeatResponse(message);
                break;
            case MessageKind.SnapshotChunk:
                role.OnSnapshotChunk(message);
                break;
            case MessageKind.SnapshotChunkResponse:
                role.OnSnapshotChunkResponse(message);
                break;
            case MessageKind.TimeoutNow:
                role.OnTimeoutNow(message);
                break;
            default:
                throw Invariant.Unreachable($"message kind {message.Kind} is not known");
        }
    }
}
