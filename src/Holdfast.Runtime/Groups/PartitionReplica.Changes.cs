using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Groups;

/// <content>Telling those who watch of what was applied.</content>
internal sealed partial class PartitionReplica
{
    /// <summary>What is left of a request's time for its answer to travel, so that it is there before the asker gives up.</summary>
    private const long WayBackMicros = 100_000;

    /// <summary>Plants a bug for the simulator's checkers to find: who waits is told of the last change alone.</summary>
    public bool TellsLastChangeAlone { get; init; }

    /// <summary>Whether it is a member of its group and knows a leader, from which it hears what is committed.</summary>
    public bool FollowsItsGroup =>
        Raft.Leader is not null && (Raft.Configuration.IsVoter(Raft.Id) || Raft.Configuration.IsLearner(Raft.Id));

    private readonly ChangeWaiters _changeWaiters = new();
    private ChangeJudge? _tellNew;
    private Revision _told;

    /// <summary>
    /// Answers a request for changes from what this replica has applied, or lets it wait until there are some; who would wait beyond the
    /// number that may is told of none.
    /// </summary>
    public void TellChanges(EngineSession session, ReadOnlySpan<byte> encoded, in Request request, long nowMicros, long deadlineMicros)
    {
        Reply reply = Machine.ReadChanges(request, request.Revision);
        long until = Math.Min(nowMicros + (Math.Max(request.Argument, 0) * 1_000), deadlineMicros - WayBackMicros);
        bool waits = (request.Flags & RequestFlags.FromNow) == RequestFlags.None && IsNothing(reply) && until > nowMicros;
        if (!waits || _changeWaiters.IsFull)
        {
            reply.RetryAfterMs = waits ? 1_000U : 0;
            session.Reply(reply);
            return;
        }

        // From here on, what the waiters have seen is what there is.
        TellNewChanges();
        var pending = PendingRequest.Keep(session, encoded, request, deadlineMicros);
        _changeWaiters.Add(new ChangeWaiter(pending, new Revision((ulong)reply.Number), until));
    }

    /// <summary>Answers those who wait for what was applied since the last call.</summary>
    public void TellNewChanges()
    {
        if (_told == Machine.State.Revision)
        {
            return;
        }

        _told = Machine.State.Revision;
        if (_changeWaiters.Count > 0)
        {
            _changeWaiters.Serve(_tellNew ??= TellNew);
        }
    }

    /// <summary>Answers those who have waited long enough: there was nothing.</summary>
    public void TellLate(long nowMicros)
    {
        if (_changeWaiters.Count > 0)
        {
            _changeWaiters.Serve((ref ChangeWaiter waiter) => nowMicros >= waiter.UntilMicros && Tell(ref waiter, evenOfNothing: true));
        }
    }

    private static bool IsNothing(in Reply reply) => reply.Payload.IsEmpty && (reply.Flags & (ReplyFlags.More | ReplyFlags.Gap)) == ReplyFlags.None;

    private bool TellNew(ref ChangeWaiter waiter) => Tell(ref waiter, evenOfNothing: false);

    private bool Tell(ref ChangeWaiter waiter, bool evenOfNothing)
    {
        Revision after = TellsLastChangeAlone && !evenOfNothing ? new Revision(Machine.State.Revision.Value - 1) : waiter.Seen;
        Reply reply = Machine.ReadChanges(waiter.Request.Decode(), after);
        if (IsNothing(reply) && !evenOfNothing)
        {
            waiter = waiter with { Seen = new Revision((ulong)reply.Number) };
            return false;
        }

        waiter.Request.Session.Reply(reply);
        return true;
    }
}
