using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Requests;

/// <summary>The refusals that the engine gives, in one place so that their words stay alike.</summary>
internal static class Replies
{
    /// <summary>Refuses a request; of a write, says whether it may have been applied.</summary>
    public static void Refuse(
        this EngineSession session, NodeId self, ulong id, FaultCode fault, Outcome outcome, string detail, uint retryAfterMs = 0) =>
        session.Reply(new Reply
        {
            Id = id,
            Fault = fault,
            Outcome = outcome,
            ServedBy = self,
            RetryAfterMs = retryAfterMs,
            Payload = Encoding.UTF8.GetBytes(detail),
        });

    /// <summary>Refuses a request that was not carried out since another node leads; tells a node that forwarded it which, as far as is known.</summary>
    public static void RefuseNotLeader(this EngineSession session, NodeId self, ulong id, NodeId? leader, string detail) =>
        session.Reply(new Reply
        {
            Id = id,
            Fault = FaultCode.NoLeader,
            Outcome = Outcome.NotApplied,
            ServedBy = self,
            Number = session.IsForwarder && leader is { } node ? node.Value + 1L : 0,
            Payload = Encoding.UTF8.GetBytes(detail),
        });

    /// <summary>Answers a request whose deadline passed before there was a leader to carry it out.</summary>
    public static void RefuseNoLeader(this EngineSession session, NodeId self, ulong id, PartitionId partition) => session.Refuse(
        self,
        id,
        FaultCode.NoLeader,
        Outcome.NotApplied,
        string.Create(CultureInfo.InvariantCulture, $"partition {partition} had no leader that could be reached before the deadline"),
        200);

    /// <summary>Answers a request whose deadline passed.</summary>
    public static void RefuseLate(this EngineSession session, NodeId self, ulong id, Operation operation, bool mayBeApplied)
    {
        bool unknown = mayBeApplied && operation.IsWrite();
        session.Refuse(
            self,
            id,
            FaultCode.Timeout,
            unknown ? Outcome.Unknown : Outcome.NotApplied,
            unknown
                ? "the deadline passed after the write was proposed: it may have been applied, or may still be"
                : "the deadline passed before the request could be carried out");
    }
}
