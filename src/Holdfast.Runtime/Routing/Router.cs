using System.Buffers;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Time;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// Brings each request to the leader of its partition: here, or on another node. While no leader is known, or the one here has as many
/// writes on their way as it takes, requests wait, in order, until their deadline.
/// </summary>
internal sealed partial class Router(
    EngineOptions options, RoutingTable table, Forwarder forwarder, Admission admission, ClusterClock clock) : IRequestRouter
{
    private readonly HeldRequests _held = new();
    private readonly List<EngineSession> _withReplies = [];
    private readonly List<EngineSession> _delivering = [];
    private readonly List<PendingRequest> _taken = [];
    private readonly List<PendingWrite> _lateWrites = [];
    private readonly ArrayBufferWriter<byte> _command = new(1024);
    private readonly CommandTranslator _translator = new() { ForgetsSessions = options.ForgetsSessions };
    private Action<PendingRequest>? _routeAgain;
    private long _nowMicros;

    /// <summary>How many requests are under way: here as of the last count, and to other nodes.</summary>
    public int RequestCount => table.PendingCount + _held.Count + forwarder.Count;

    /// <summary>Whether sessions have replies that <see cref="Deliver"/> has not given out.</summary>
    public bool HasUndelivered => _withReplies.Count > 0;

    /// <inheritdoc/>
    public void Route(EngineSession session, ReadOnlySpan<byte> requests)
    {
        while (Request.TryRead(requests, out Request request, out int consumed) == OperationStatus.Done)
        {
            uint timeout = request.TimeoutMs == 0 ? Limits.DefaultTimeoutMs : request.TimeoutMs;
            RouteOne(session, requests[..consumed], request, _nowMicros + (timeout * 1000L));
            requests = requests[consumed..];
        }
    }

    /// <inheritdoc/>
    public void HasReplies(EngineSession session) => _withReplies.Add(session);

    /// <summary>The engine's time, for the deadlines of what comes next.</summary>
    public void SetTime(long nowMicros)
    {
        _nowMicros = nowMicros;
        forwarder.SetTime(nowMicros);
    }

    /// <summary>Gives all gathered replies to their sinks; how many sessions had some.</summary>
    public int Deliver()
    {
        // A sink may submit again, which may gather more replies: those go out with the next call.
        _delivering.AddRange(_withReplies);
        _withReplies.Clear();
        foreach (EngineSession session in _delivering)
        {
            session.Deliver();
        }

        int answered = _delivering.Count;
        _delivering.Clear();
        return answered;
    }

    /// <summary>Routes again what waits for a partition's leader: what was forwarded before goes first.</summary>
    public void Release(PartitionId partition)
    {
        if (forwarder.TrySendAgain(partition, ServerOf(partition)))
        {
            _held.Release(partition, _routeAgain ??= Again);
        }
    }

    /// <summary>Entries of a partition that is led here were committed: what waits for that has room again.</summary>
    public void MadeRoom(PartitionReplica replica)
    {
        if (_held.Count > 0 && replica.IsLeader && HasRoom(replica))
        {
            Release(replica.Group.Partition);
        }
    }

    /// <summary>Routes again all that waits for any leader: a hint may have changed.</summary>
    public void ReleaseAll()
    {
        table.AllowRedirects();
        forwarder.LookAgain(Release);
        foreach (PartitionId partition in _held.Partitions)
        {
            Release(partition);
        }
    }

    /// <summary>
    /// Routes again the reads that a replica can't confirm any more, before what waits already: it came after them. A read may be done twice.
    /// </summary>
    public void RejectReads(PartitionReplica replica, ulong context)
    {
        PartitionId partition = replica.Group.Partition;
        PendingRequest[] later = _held.TakeAll(partition);
        _taken.Clear();
        replica.Reads.TakeRejected(context, _taken);
        foreach (PendingRequest read in _taken.ToArray())
        {
            Again(read);
        }

        foreach (PendingRequest request in later)
        {
            _held.Add(partition, request);
        }
    }

    /// <summary>Answers everything whose deadline passed.</summary>
    public void ExpireLate()
    {
        ExpireHeld();
        foreach (PartitionReplica replica in table.LocalReplicas)
        {
            _lateWrites.Clear();
            replica.Writes.TakeLate(_nowMicros, _lateWrites);
            foreach (PendingWrite write in _lateWrites)
            {
                write.Session.RefuseLate(options.Self, write.Id, write.Operation, mayBeApplied: true);
            }

            _taken.Clear();
            replica.Reads.TakeLate(_nowMicros, _taken);
            foreach (PendingRequest read in _taken)
            {
                read.Session.RefuseLate(options.Self, read.Id, read.Operation, mayBeApplied: false);
                read.Release();
            }

            replica.TellLate(_nowMicros);
        }
    }

    /// <summary>Routes a request again that another node, or a former leader here, did not carry out, or that waited.</summary>
    private void Again(PendingRequest pending)
    {
        RouteOne(pending.Session, pending.Bytes, pending.Decode(), pending.DeadlineMicros);
        pending.Release();
    }

    private void ExpireHeld()
    {
        foreach (PartitionId partition in _held.Partitions)
        {
            foreach (PendingRequest request in _held.TakeAll(partition, request => request.DeadlineMicros <= _nowMicros))
            {
                if (ServerOf(partition) is null)
                {
                    request.Session.RefuseNoLeader(options.Self, request.Id, partition);
                }
                else
                {
                    request.Session.RefuseLate(options.Self, request.Id, request.Operation, mayBeApplied: false);
                }

                request.Release();
            }
        }
    }

    private void RouteOne(EngineSession session, ReadOnlySpan<byte> encoded, in Request request, long deadlineMicros)
    {
        if (!TryLocate(session, request, out PartitionId partition, out Slot slot))
        {
            return;
        }

        PartitionReplica? replica = table.LocalReplica(partition);
        if (replica is not null && IsReadAsItIs(replica, request))
        {
            ReadStale(session, replica, encoded, request, slot, deadlineMicros);
        }
        else if (IsPoll(request) && !session.IsForwarder)
        {
            forwarder.ForwardAside(ServerOf(partition), partition, PendingRequest.Keep(session, encoded, request, deadlineMicros));
        }
        else if (!session.IsForwarder && (_held.HasBefore(partition) || forwarder.HoldsBack(partition, ServerOf(partition))))
        {
            // Others wait already, perhaps of this session: they go first, even if a leader is known by now.
            HoldOrRefuse(session, encoded, request, partition, deadlineMicros);
        }
        else if (replica is { IsLeader: true })
        {
            CarryOut(session, replica, encoded, request, slot, deadlineMicros);
        }
        else if (!session.IsForwarder && ServerOf(partition) is { } leader)
        {
            Forward(session, encoded, request, partition, leader, deadlineMicros);
        }
        else
        {
            HoldOrRefuse(session, encoded, request, partition, deadlineMicros);
        }
    }

    private void Forward(
        EngineSession session, ReadOnlySpan<byte> encoded, in Request request, PartitionId partition, NodeId leader, long deadlineMicros)
    {
        PendingRequest pending = PendingRequest.Keep(session, encoded, request, deadlineMicros);
        ForwardKind kind = !request.Operation.IsWrite() ? ForwardKind.Read
            : options.ForwardsInSessions && request.Session.IsNone && request.Token.IsEmpty ? ForwardKind.InSession
            : ForwardKind.Plain;
        if (!forwarder.TryForward(leader, partition, pending, kind))
        {
            _held.Add(partition, pending);
        }
    }

    private void CarryOut(
        EngineSession session, PartitionReplica replica, ReadOnlySpan<byte> encoded, in Request request, Slot slot, long deadlineMicros)
    {
        if (!request.Operation.IsWrite())
        {
            var arrival = new EntryId(replica.Raft.Term, replica.Raft.LastIndex);
            LogIndex own = session.LastProposed(replica.Group.Partition, replica.Raft.Term);
            replica.Reads.Add(
                PendingRequest.Keep(session, encoded, request, deadlineMicros), arrival, own > replica.Raft.Applied ? own : LogIndex.Zero);
            table.MarkDirty(replica);
            return;
        }

        if (!session.IsForwarder || !request.IsInOrder)
        {
            TryWrite(session, replica, encoded, request, slot, deadlineMicros);
            return;
        }

        ref ForwarderOrder order = ref session.OrderOf(replica.Group.Partition, table.Ranges!.Partitions);
        if (!order.IsTurnOf(request.Session, replica.Raft.Term))
        {
            RefuseNotLeader(session, request.Id, replica.Group.Partition);
        }
        else if (TryWrite(session, replica, encoded, request, slot, deadlineMicros))
        {
            order.Took(request.Session, replica.Raft.Term);
        }
    }

    /// <summary>Proposes a write, or refuses it; false when the leader can't take it, now or any more.</summary>
    private bool TryWrite(
        EngineSession session, PartitionReplica replica, ReadOnlySpan<byte> encoded, in Request request, Slot slot, long deadlineMicros)
    {
        if (admission.Refuse(request.Operation) is { } refusal)
        {
            session.Refuse(options.Self, request.Id, refusal.Code, Outcome.NotApplied, refusal.Detail, refusal.RetryAfterMs);
            return true;
        }

        if (!clock.IsSettled && CommandTranslator.SpeaksOfTime(request))
        {
            // A stamp can't be taken back, and most clocks are about to be heard, since this node has just been elected by most nodes.
            HoldOrRefuse(session, encoded, request, replica.Group.Partition, deadlineMicros);
            return false;
        }

        if (!session.IsForwarder && !HasRoom(replica))
        {
            HoldOrRefuse(session, encoded, request, replica.Group.Partition, deadlineMicros);
            return false;
        }

        switch (ProposeWithPlantedBugs(replica, request, slot, out EntryId id))
        {
            case ProposeResult.Accepted:
                session.Proposed(replica.Group.Partition, id, table.Ranges!.Partitions);
                replica.Writes.Add(new PendingWrite(id, session, request.Id, request.Operation, request.Flags, deadlineMicros));
                table.MarkDirty(replica);
                return true;
            case ProposeResult.TooMuchUncommitted when session.IsForwarder && !request.IsInOrder:
                // Brought again, it could be overtaken by what its client asked later.
                session.Refuse(
                    options.Self, request.Id, FaultCode.Overloaded, Outcome.NotApplied, "the partition has as many writes on their way as it takes", 50);
                return true;
            default:
                HoldOrRefuse(session, encoded, request, replica.Group.Partition, deadlineMicros);
                return false;
        }
    }

    private ProposeResult Propose(PartitionReplica replica, in Request request, Slot slot, out EntryId id)
    {
        _command.ResetWrittenCount();
        _translator.Translate(request, slot, table.PartitionBy, clock.UnixMs, _command);
        return replica.Raft.Propose(_command.WrittenSpan, out id);
    }

    private void HoldOrRefuse(
        EngineSession session, ReadOnlySpan<byte> encoded, in Request request, PartitionId partition, long deadlineMicros)
    {
        if (session.IsForwarder)
        {
            RefuseNotLeader(session, request.Id, partition);
        }
        else if (_held.Bytes >= options.MaxHeldBytes && !_held.IsReleased(partition))
        {
            session.Refuse(
                options.Self, request.Id, FaultCode.Overloaded, Outcome.NotApplied, "the node has as many bytes of requests waiting as it takes", 100);
        }
        else
        {
            _held.Add(partition, PendingRequest.Keep(session, encoded, request, deadlineMicros));
        }
    }

    /// <summary>
    /// Whether a write of this node's own clients may be proposed. The other half of what may be under way is for those that other nodes
    /// forward: refused, they are sent again and again, and would hardly ever come between those that wait here.
    /// </summary>
    private bool HasRoom(PartitionReplica replica) => replica.Raft.UncommittedBytes < options.Raft.MaxUncommittedBytes / 2;

    private bool TryLocate(EngineSession session, in Request request, out PartitionId partition, out Slot slot)
    {
        partition = request.Partition;
        slot = default;
        if (table.Ranges is not { } ranges)
        {
            session.Refuse(options.Self, request.Id, FaultCode.Starting, Outcome.NotApplied, "the node does not know its cluster yet", 200);
            return false;
        }

        if (request.IsInOrder && !session.IsForwarder)
        {
            session.Refuse(options.Self, request.Id, FaultCode.BadRequest, Outcome.NotApplied, "only nodes forward writes in order");
            return false;
        }

        if (RequestCheck.Refuse(request, ranges, table.PartitionBy, table.MaxValueBytes) is { } fault)
        {
            session.Refuse(options.Self, request.Id, fault.Code, Outcome.NotApplied, fault.Detail);
            return false;
        }

        if (RequestCount >= options.MaxPendingRequests)
        {
            session.Refuse(options.Self, request.Id, FaultCode.Overloaded, Outcome.NotApplied, "the node has as many requests waiting as it takes", 100);
            return false;
        }

        if (request.Operation.HasKey())
        {
            slot = SlotHash.Of(request.Key, table.PartitionBy);
            partition = ranges.PartitionOf(slot);
        }

        return true;
    }

    private void RefuseNotLeader(EngineSession session, ulong id, PartitionId partition)
    {
        // Who hands over knows best who is next.
        NodeId? leader = table.LocalReplica(partition)?.Raft.TransferTarget?.Node ?? table.LeaderOf(partition);
        session.RefuseNotLeader(options.Self, id, leader, "this node does not lead the partition");
    }

    /// <summary>Who would carry a request out now, as far as is known.</summary>
    private NodeId? ServerOf(PartitionId partition) =>
        table.LocalReplica(partition) is { IsLeader: true } ? options.Self
        : table.NodeToAsk(partition) is { } leader && leader != options.Self ? leader
        : null;
}
