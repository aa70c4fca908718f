using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <content>Reads of what this node's replica has, without asking the leader.</content>
internal sealed partial class Router
{
    /// <summary>
    /// Whether a read takes what the replica has. Of changes it does only while that grows: a replica that lost its group, or was removed
    /// from it, would let a watch wait for ever.
    /// </summary>
    private static bool IsReadAsItIs(PartitionReplica replica, in Request request) =>
        (request.Flags & RequestFlags.Stale) != RequestFlags.None
        && !request.Operation.IsWrite()
        && (request.Operation != Operation.Changes || replica.FollowsItsGroup);

    /// <summary>
    /// Whether a request is a poll for changes, as far as any replica has them. It may wait for seconds, and needs no order: where there is nobody to
    /// ask it is refused, and whoever watches polls again.
    /// </summary>
    private static bool IsPoll(in Request request) =>
        request.Operation == Operation.Changes && (request.Flags & RequestFlags.Stale) != RequestFlags.None;

    private void ReadStale(
        EngineSession session, PartitionReplica replica, ReadOnlySpan<byte> encoded, in Request request, Slot slot, long deadlineMicros)
    {
        if (request.Operation == Operation.Changes)
        {
            replica.TellChanges(session, encoded, request, _nowMicros, deadlineMicros);
        }
        else
        {
            session.Reply(replica.Machine.Read(request, slot));
        }
    }
}
