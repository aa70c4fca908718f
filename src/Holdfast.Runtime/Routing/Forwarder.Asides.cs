using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <content>Polls for changes, which go beside the order of what else is forwarded.</content>
internal sealed partial class Forwarder
{
    /// <summary>About as long as a node takes until it looks for a leader again.</summary>
    private const uint PollAgainMs = 50;

    /// <summary>Sends a poll to a node; one that can't be sent, or whose answer will not come, is refused.</summary>
    public void ForwardAside(NodeId? to, PartitionId partition, in PendingRequest request)
    {
        var forwarded = new Forwarded(request, ForwardKind.Aside, LaneOf(partition));
        if (to is { } node)
        {
            RefuseAsidesElsewhere(forwarded.Lane, node);
        }

        if (to is not { } known || !TrySend(ref forwarded, known))
        {
            RefuseAside(forwarded);
        }
    }

    // The other node may stand still, and hold a poll until its deadline: who polls again is told of changes by the one that leads.
    private void RefuseAsidesElsewhere(ForwardLane lane, NodeId leader)
    {
        if (lane.Asides > 0 && lane.AsideTarget != leader)
        {
            TakeInFlight(forwarded => forwarded.Lane == lane && forwarded.Kind == ForwardKind.Aside);
            foreach (Forwarded aside in _taken)
            {
                RefuseAside(aside);
            }
        }
    }

    private void RefuseAside(in Forwarded forwarded)
    {
        forwarded.Request.Session.Refuse(
            options.Self,
            forwarded.Request.Id,
            FaultCode.NoLeader,
            Outcome.NotApplied,
            "the replica that was asked does not tell what changes: another one has to be found",
            PollAgainMs);
        forwarded.Request.Release();
    }
}
