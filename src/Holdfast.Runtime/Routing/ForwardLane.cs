using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// What is forwarded to one partition. It goes to one node at a time, in order. What comes back is sent again once nothing else is in
/// flight, in its old order and before anything that came later. Polls for changes go beside that order.
/// </summary>
internal sealed class ForwardLane(PartitionId partition, SeededRandom random)
{
    /// <summary>
    /// How many bytes are in flight when more has to wait. It is far more than small requests need, and bounds what large ones put before the
    /// entries on the same connection, and what they make the leader refuse and them bring again.
    /// </summary>
    private const int MaxInFlightBytes = 1 << 20;

    /// <summary>How long what came back waits for the answers to the rest before that is sent again too: it may be lost.</summary>
    private const long MaxDrainMicros = 200_000;

    private readonly SortedDictionary<ulong, Forwarded> _returned = [];
    private long _returnedSinceMicros;
    private Wait _wait;
    private bool _mayGoAtOnce;
    private long _plainUntilMicros;
    private long _inFlightBytes; // Only of what was sent since the target is what it is: a node that stands still must not hold back what another takes.
    private int _turn;

    private enum Wait : byte
    {
        None,
        Room,
        Bytes,
        Drained,
    }

    /// <summary>The partition.</summary>
    public PartitionId Partition => partition;

    /// <summary>The numbers of the writes.</summary>
    public ForwarderSession Session { get; } = new(random);

    /// <summary>How many requests are in flight that can be sent again.</summary>
    public int InFlight { get; private set; }

    /// <summary>Where requests are sent, of late.</summary>
    public NodeId Target { get; private set; }

    /// <summary>How many polls were sent beside the rest and wait at <see cref="AsideTarget"/>.</summary>
    public int Asides { get; set; }

    /// <summary>Where polls were sent.</summary>
    public NodeId AsideTarget { get; set; }

    /// <summary>How many requests came back and wait to be sent again.</summary>
    public int ReturnedCount => _returned.Count;

    /// <summary>Whether the lane is on the list of those that may go on.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether what was held back may go on, or what came back may be sent again.</summary>
    public bool MayGoOn => _returned.Count > 0
        ? _mayGoAtOnce && InFlight == 0
        : _wait switch
        {
            Wait.Room => Session.HasRoom,
            Wait.Bytes => _inFlightBytes <= MaxInFlightBytes / 2,
            Wait.Drained => InFlight == 0,
            _ => false,
        };

    /// <summary>Whether a request must wait which would now be carried out by <paramref name="leader"/>.</summary>
    public bool HoldsBack(NodeId? leader, NodeId self)
    {
        if (_returned.Count > 0 || (InFlight > 0 && (Target != leader || leader == self)))
        {
            _wait = Wait.Drained;
            return true;
        }

        // The first write of a session is answered before others go; reads after them wait with them.
        if (Session.Last == 1 && !Session.IsBegun)
        {
            _wait = Wait.Room;
            return true;
        }

        if (_inFlightBytes >= MaxInFlightBytes && Target == leader)
        {
            _wait = Wait.Bytes;
            return true;
        }

        return false;
    }

    /// <summary>
    /// Whether what is in flight is to be sent again, to <paramref name="leader"/>: it went to another node, or was not answered for long while
    /// something waits for that.
    /// </summary>
    public bool IsToBeRecalled(NodeId leader, long nowMicros) =>
        InFlight > 0 && (leader != Target || (_returned.Count > 0 && nowMicros - _returnedSinceMicros >= MaxDrainMicros));

    /// <summary>A request that is not a poll is sent to <see cref="Forwarded.To"/>.</summary>
    public void Enter(ref Forwarded forwarded)
    {
        if (forwarded.To != Target)
        {
            Target = forwarded.To;
            _inFlightBytes = 0;
            _turn++;
        }

        forwarded.Turn = _turn;
        InFlight += forwarded.IsRepeatable ? 1 : 0;
        _inFlightBytes += forwarded.Request.Bytes.Length;
    }

    /// <summary>A request that is not a poll was answered, or is not waited for any more.</summary>
    public void Leave(in Forwarded forwarded)
    {
        InFlight -= forwarded.IsRepeatable ? 1 : 0;
        _inFlightBytes -= forwarded.Turn == _turn ? forwarded.Request.Bytes.Length : 0;
    }

    /// <summary>What was held back is about to be tried again.</summary>
    public void GoOn()
    {
        _wait = Wait.None;
        _mayGoAtOnce = false;
    }

    /// <summary>Gives a request the number under which it is sent; false when it has to wait for others' answers.</summary>
    public bool TryNumber(ref Forwarded forwarded, long nowMicros)
    {
        if (forwarded.Kind == ForwardKind.Read)
        {
            // Sent again, it follows the same writes as before: if it waited for later ones too, it would see what came after it.
            if (forwarded.Order == 0 || forwarded.Session != Session.Id)
            {
                forwarded.Session = Session.Id;
                forwarded.Sequence = Session.Last;
            }

            return true;
        }

        bool isNumbered = forwarded.Sequence > 0 && (forwarded.MayBeApplied || forwarded.Session == Session.Id);
        if (forwarded.Kind is ForwardKind.Plain or ForwardKind.Aside || isNumbered)
        {
            return true;
        }

        if (nowMicros < _plainUntilMicros)
        {
            forwarded.Kind = ForwardKind.Plain;
            return true;
        }

        if (!Session.CanTake)
        {
            _wait = Wait.Room;
            _mayGoAtOnce = true;
            return false;
        }

        forwarded.Session = Session.Id;
        forwarded.Sequence = Session.Take();
        return true;
    }

    /// <summary>A request is to be sent again: at once when nothing is in flight any more, or with the next look for a leader.</summary>
    public void Return(in Forwarded forwarded, bool atOnce, long nowMicros)
    {
        _returnedSinceMicros = _returned.Count == 0 ? nowMicros : _returnedSinceMicros;
        _returned.Add(forwarded.Order, forwarded);
        _mayGoAtOnce |= atOnce;
    }

    /// <summary>Takes the first that came back of those after a place in the order.</summary>
    public bool TryTakeReturned(ulong after, out Forwarded forwarded)
    {
        foreach ((ulong order, Forwarded first) in _returned)
        {
            forwarded = first;
            return order > after && _returned.Remove(order);
        }

        forwarded = default;
        return false;
    }

    /// <summary>Takes those that came back and match, in order.</summary>
    public void TakeReturned(Predicate<Forwarded> match, List<Forwarded> taken)
    {
        int before = taken.Count;
        foreach (Forwarded forwarded in _returned.Values)
        {
            if (match(forwarded))
            {
                taken.Add(forwarded);
            }
        }

        for (int i = before; i < taken.Count; i++)
        {
            _returned.Remove(taken[i].Order);
        }
    }

    /// <summary>A write is answered for good.</summary>
    public void Close(in Forwarded forwarded, bool wasApplied)
    {
        if (forwarded is { Kind: ForwardKind.InSession, Sequence: > 0 })
        {
            Session.Close(forwarded.Session, forwarded.Sequence, wasApplied);
        }
    }

    /// <summary>What follows from an answer, other than one that the node does not lead the partition.</summary>
    public ForwardVerdict Judge(ref Forwarded forwarded, in Reply reply, long nowMicros)
    {
        return forwarded.Kind switch
        {
            // With the write before it not yet applied, the read does not see what its client wrote; a stale one need not.
            ForwardKind.Read => reply.Fault == FaultCode.None && HasOpenWriteBefore(forwarded) && !forwarded.IsStale
                ? ForwardVerdict.Again
                : ForwardVerdict.Answer,
            ForwardKind.InSession => JudgeWrite(ref forwarded, reply, nowMicros),
            _ => ForwardVerdict.Answer,
        };
    }

    private ForwardVerdict JudgeWrite(ref Forwarded forwarded, in Reply reply, long nowMicros)
    {
        if (reply.Outcome == Outcome.Unknown)
        {
            forwarded.MayBeApplied = true;
            return ForwardVerdict.Again;
        }

        if (IsFromApply(reply))
        {
            // Also a fault: had an earlier attempt been applied, its result would have been repeated.
            Close(forwarded, wasApplied: true);
            return ForwardVerdict.Answer;
        }

        if (!forwarded.MayBeApplied && reply.Fault == FaultCode.SessionExpired)
        {
            if (forwarded.Session == Session.Id)
            {
                Session.Renew();
            }

            forwarded.Sequence = 0;
            return ForwardVerdict.AgainAtOnce;
        }

        Close(forwarded, wasApplied: false);
        if (forwarded.MayBeApplied)
        {
            return ForwardVerdict.AnswerUnknown;
        }

        return (reply.Flags & ReplyFlags.NotKept) != ReplyFlags.None ? SendPlainly(ref forwarded, reply, nowMicros) : ForwardVerdict.Answer;
    }

    private ForwardVerdict SendPlainly(ref Forwarded forwarded, in Reply reply, long nowMicros)
    {
        // The results of a batch may be too long to be kept by themselves; with others it is the table that is full.
        if (forwarded.Request.Operation != Operation.Batch)
        {
            _plainUntilMicros = nowMicros + (reply.RetryAfterMs * 1000L);
        }

        forwarded.Kind = ForwardKind.Plain;
        forwarded.IsNotKept = true;
        return ForwardVerdict.AgainAtOnce;
    }

    private bool HasOpenWriteBefore(in Forwarded read) => read.Session == Session.Id
        ? Session.LowestOpen <= read.Sequence
        : _returned.Count > 0 || Session.LowestOpen <= Session.Last;

    // What is refused before it is in the log says nothing of earlier attempts, nor that the partition knows the session. Malformed
    // requests are refused on this node: of the leader, these faults are results.
    private static bool IsFromApply(in Reply reply) => reply.Outcome == Outcome.Done || reply.Fault
        is FaultCode.ConditionFailed
        or FaultCode.NotAnInteger
        or FaultCode.Overflow
        or FaultCode.NotFound
        or FaultCode.ValueTooLarge
        or FaultCode.InvalidKey;
}

/// <summary>What follows from an answer to a forwarded request.</summary>
internal enum ForwardVerdict
{
    /// <summary>It is the answer.</summary>
    Answer,

    /// <summary>Whether the write was applied can't be told any more.</summary>
    AnswerUnknown,

    /// <summary>The request is sent again with the next look for a leader.</summary>
    Again,

    /// <summary>The request is sent again as soon as nothing else is in flight.</summary>
    AgainAtOnce,
}
