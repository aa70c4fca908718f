using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Routing;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public class ForwardLaneTests
{
    private static readonly NodeId Self = new(0);
    private static readonly NodeId Leader = new(1);
    private readonly ForwardLane _lane = new(new PartitionId(3), new SeededRandom(1));

    [Fact]
    public void While_the_first_write_is_not_answered_others_wait()
    {
        Assert.False(_lane.HoldsBack(Leader, Self));
        Forwarded first = Sent();
        Assert.True(_lane.HoldsBack(Leader, Self));
        Assert.False(_lane.MayGoOn);

        Assert.Equal(ForwardVerdict.Answer, Judge(ref first, FaultCode.None));
        Assert.True(_lane.MayGoOn);
        _lane.GoOn();
        Assert.False(_lane.HoldsBack(Leader, Self));
        Assert.Equal(2UL, Sent().Sequence);
        Assert.Equal(3UL, Sent().Sequence);
    }

    [Fact]
    public void While_a_mebibyte_is_in_flight_others_wait_until_half_of_it_is_answered()
    {
        Begin();
        Forwarded[] quarters = [.. Enumerable.Range(0, 4).Select(_ => New(value: new string('v', 1 << 18)))];
        foreach (ref Forwarded quarter in quarters.AsSpan())
        {
            Assert.False(_lane.HoldsBack(Leader, Self));
            Enter(ref quarter, Leader);
        }

        Assert.True(_lane.HoldsBack(Leader, Self));
        _lane.Leave(quarters[0]);
        _lane.Leave(quarters[1]);
        Assert.False(_lane.MayGoOn);
        _lane.Leave(quarters[2]);
        Assert.True(_lane.MayGoOn);
    }

    [Fact]
    public void What_another_node_does_not_answer_holds_back_nothing_of_what_the_next_leader_takes()
    {
        Begin();
        Forwarded lost = New(ForwardKind.Plain, value: new string('v', 1 << 20));
        Enter(ref lost, Leader);
        Assert.True(_lane.HoldsBack(Leader, Self));
        var next = new NodeId(2);
        Assert.False(_lane.HoldsBack(next, Self));
        Forwarded small = New();
        Enter(ref small, next);
        _lane.Leave(lost);
        Assert.False(_lane.HoldsBack(next, Self));
        Forwarded large = New(value: new string('v', 1 << 20));
        Enter(ref large, next);
        Assert.True(_lane.HoldsBack(next, Self));
    }

    [Theory]
    [InlineData(FaultCode.ConditionFailed)]
    [InlineData(FaultCode.NotAnInteger)]
    public void A_fault_that_is_a_result_begins_the_session_and_is_the_answer_to_a_retry(FaultCode fault)
    {
        Forwarded first = Sent();
        first.MayBeApplied = true;
        Assert.Equal(ForwardVerdict.Answer, Judge(ref first, fault));
        Assert.True(_lane.Session.IsBegun);
    }

    [Theory]
    [InlineData(FaultCode.SessionExpired)]
    [InlineData(FaultCode.DiskFull)]
    [InlineData(FaultCode.Overloaded)]
    public void A_retry_that_is_refused_before_it_is_applied_leaves_the_outcome_unknown(FaultCode fault)
    {
        Begin();
        Forwarded write = Sent();
        write.MayBeApplied = true;
        Assert.Equal(ForwardVerdict.AnswerUnknown, Judge(ref write, fault));
        Assert.Equal(_lane.Session.Last + 1, _lane.Session.LowestOpen);
    }

    [Fact]
    public void A_first_attempt_that_is_refused_is_answered()
    {
        Begin();
        Forwarded write = Sent();
        Assert.Equal(ForwardVerdict.Answer, Judge(ref write, FaultCode.DiskFull));
    }

    [Fact]
    public void An_expired_session_is_followed_by_another_in_which_its_writes_are_numbered_anew()
    {
        Begin();
        ulong old = _lane.Session.Id;
        Forwarded first = Sent();
        Forwarded second = Sent();
        Assert.Equal(ForwardVerdict.AgainAtOnce, Judge(ref first, FaultCode.SessionExpired));
        ulong renewed = _lane.Session.Id;
        Assert.NotEqual(old, renewed);
        Assert.Equal(ForwardVerdict.AgainAtOnce, Judge(ref second, FaultCode.SessionExpired));
        Assert.Equal(renewed, _lane.Session.Id);

        Assert.True(_lane.TryNumber(ref first, nowMicros: 0));
        Assert.Equal((renewed, 1UL), (first.Session, first.Sequence));
        Assert.False(_lane.TryNumber(ref second, nowMicros: 0));
    }

    [Fact]
    public void A_write_that_may_be_applied_keeps_its_number_in_a_session_that_was_renewed_and_others_do_not()
    {
        Begin();
        Forwarded uncertain = Sent();
        Forwarded certain = Sent();
        (ulong session, ulong sequence) = (uncertain.Session, uncertain.Sequence);
        uncertain.MayBeApplied = true;
        _lane.Session.Renew();
        Assert.True(_lane.TryNumber(ref uncertain, nowMicros: 0));
        Assert.Equal((session, sequence), (uncertain.Session, uncertain.Sequence));
        Assert.True(_lane.TryNumber(ref certain, nowMicros: 0));
        Assert.Equal((_lane.Session.Id, 1UL), (certain.Session, certain.Sequence));
    }

    [Fact]
    public void A_write_whose_result_can_not_be_kept_goes_plainly_and_so_do_others_for_a_while()
    {
        Begin();
        Forwarded write = Sent();
        Assert.Equal(ForwardVerdict.AgainAtOnce, Judge(ref write, FaultCode.Overloaded, ReplyFlags.NotKept));
        Assert.Equal((ForwardKind.Plain, true), (write.Kind, write.IsNotKept));

        Forwarded next = New();
        Assert.True(_lane.TryNumber(ref next, nowMicros: 999_999));
        Assert.Equal(ForwardKind.Plain, next.Kind);
        next = New();
        Assert.True(_lane.TryNumber(ref next, nowMicros: 1_000_000));
        Assert.Equal(ForwardKind.InSession, next.Kind);
    }

    [Fact]
    public void A_read_that_was_answered_before_a_write_that_was_sent_before_it_is_asked_again()
    {
        Begin();
        Forwarded write = Sent();
        Forwarded read = New(ForwardKind.Read);
        Assert.True(_lane.TryNumber(ref read, nowMicros: 0));
        Assert.Equal(ForwardVerdict.Again, Judge(ref read, FaultCode.None));
        Assert.Equal(ForwardVerdict.Answer, Judge(ref write, FaultCode.None));
        Assert.Equal(ForwardVerdict.Answer, Judge(ref read, FaultCode.None));
    }

    [Fact]
    public void A_read_that_is_sent_again_waits_for_no_later_writes_than_before()
    {
        Begin();
        Forwarded write = Sent();
        Forwarded read = New(ForwardKind.Read);
        Assert.True(_lane.TryNumber(ref read, nowMicros: 0));
        read.Order = 3;
        Sent();
        Assert.True(_lane.TryNumber(ref read, nowMicros: 0));
        Assert.Equal(ForwardVerdict.Again, Judge(ref read, FaultCode.None));
        Assert.Equal(ForwardVerdict.Answer, Judge(ref write, FaultCode.None));
        Assert.Equal(ForwardVerdict.Answer, Judge(ref read, FaultCode.None));
    }

    [Fact]
    public void A_stale_read_is_answered_before_a_write_that_was_sent_before_it()
    {
        Begin();
        Sent();
        Forwarded read = New(ForwardKind.Read, RequestFlags.Stale);
        Assert.True(_lane.TryNumber(ref read, nowMicros: 0));
        Assert.Equal(ForwardVerdict.Answer, Judge(ref read, FaultCode.None));
    }

    [Fact]
    public void What_came_back_is_taken_in_order_once_nothing_is_in_flight()
    {
        Begin();
        Forwarded inFlight = New();
        Enter(ref inFlight, Leader);
        foreach (ulong order in (ulong[])[5, 3, 4])
        {
            Forwarded write = New();
            write.Order = order;
            _lane.Return(write, atOnce: true, nowMicros: 0);
        }

        Assert.True(_lane.HoldsBack(Leader, Self));
        Assert.False(_lane.MayGoOn);
        _lane.Leave(inFlight);
        Assert.True(_lane.MayGoOn);

        var taken = new List<ulong>();
        for (ulong after = 0; _lane.TryTakeReturned(after, out Forwarded next); after = next.Order)
        {
            taken.Add(next.Order);
        }

        Assert.Equal([3UL, 4UL, 5UL], taken);
    }

    [Fact]
    public void What_is_in_flight_is_recalled_from_another_node_and_when_others_wait_for_it_too_long()
    {
        Forwarded inFlight = New();
        Enter(ref inFlight, Leader);
        Assert.False(_lane.IsToBeRecalled(Leader, nowMicros: 0));
        Assert.True(_lane.IsToBeRecalled(Self, nowMicros: 0));

        Forwarded write = New();
        write.Order = 1;
        _lane.Return(write, atOnce: false, nowMicros: 100);
        Assert.False(_lane.IsToBeRecalled(Leader, nowMicros: 200_099));
        Assert.True(_lane.IsToBeRecalled(Leader, nowMicros: 200_100));
    }

    private void Begin()
    {
        Forwarded first = Sent();
        Judge(ref first, FaultCode.None);
    }

    private Forwarded Sent()
    {
        Forwarded write = New();
        Assert.True(_lane.TryNumber(ref write, nowMicros: 0));
        return write;
    }

    private void Enter(ref Forwarded forwarded, NodeId to)
    {
        forwarded.To = to;
        _lane.Enter(ref forwarded);
    }

    private Forwarded New(ForwardKind kind = ForwardKind.InSession, RequestFlags flags = RequestFlags.None, string value = "")
    {
        var request = new Request
        {
            Operation = kind == ForwardKind.Read ? Operation.Get : Operation.Put,
            Flags = flags,
            Key = "k"u8,
            Value = Encoding.UTF8.GetBytes(value),
        };
        var client = new EngineSession(new RecordingRouter(), new RecordingSink(), isForwarder: false);
        return new Forwarded(PendingRequest.Keep(client, Fakes.Requests.Encode(request), request, deadlineMicros: 1), kind, _lane);
    }

    private ForwardVerdict Judge(ref Forwarded forwarded, FaultCode fault, ReplyFlags flags = ReplyFlags.None)
    {
        var reply = new Reply
        {
            Fault = fault,
            Outcome = fault == FaultCode.None ? Outcome.Done : Outcome.NotApplied,
            Flags = flags,
            RetryAfterMs = 1000,
        };
        return _lane.Judge(ref forwarded, reply, nowMicros: 0);
    }
}
