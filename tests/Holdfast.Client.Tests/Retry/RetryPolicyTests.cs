using Holdfast.Api;
using Holdfast.Client.Retry;

namespace Holdfast.Client.Tests.Retry;

public sealed class RetryPolicyTests
{
    private static readonly RetryRules Read = new(IsWrite: false, Repeatable: true, RetryUnreachable: true, DeadlineMs: 5000);
    private static readonly RetryRules Write = Read with { IsWrite = true, Repeatable = false };
    private static readonly RetryRules RepeatableWrite = Write with { Repeatable = true };

    private static Fault NoLeader(Outcome outcome = Outcome.NotApplied) => new(FaultCode.NoLeader, outcome, "no leader");

    [Theory]
    [InlineData(FaultCode.Overloaded)]
    [InlineData(FaultCode.NoLeader)]
    [InlineData(FaultCode.Starting)]
    [InlineData(FaultCode.Stopping)]
    [InlineData(FaultCode.Timeout)]
    public void A_passing_fault_of_a_write_that_was_not_applied_is_retried(FaultCode code)
    {
        RetryDecision decision = new RetryPolicy(Write, 1).AfterFault(new Fault(code, Outcome.NotApplied, "x"), 0);

        Assert.True(decision.Again);
    }

    [Theory]
    [InlineData(FaultCode.BadRequest)]
    [InlineData(FaultCode.ConditionFailed)]
    [InlineData(FaultCode.NotAnInteger)]
    [InlineData(FaultCode.DiskFull)]
    [InlineData(FaultCode.MemoryFull)]
    [InlineData(FaultCode.Unsupported)]
    public void A_lasting_fault_is_told_at_once(FaultCode code)
    {
        var fault = new Fault(code, Outcome.NotApplied, "x");

        Assert.Equal(new RetryDecision(false, 0, fault), new RetryPolicy(Write, 1).AfterFault(fault, 0));
    }

    [Fact]
    public void A_write_of_unknown_outcome_is_not_repeated_unless_its_caller_said_so()
    {
        RetryDecision plain = new RetryPolicy(Write, 1).AfterFault(NoLeader(Outcome.Unknown), 0);
        RetryDecision repeatable = new RetryPolicy(RepeatableWrite, 1).AfterFault(NoLeader(Outcome.Unknown), 0);

        Assert.False(plain.Again);
        Assert.Equal(Outcome.Unknown, plain.Fault.Outcome);
        Assert.True(repeatable.Again);
    }

    [Fact]
    public void A_write_that_left_and_got_no_answer_is_unknown_and_one_that_did_not_leave_is_retried()
    {
        RetryDecision left = new RetryPolicy(Write, 1).AfterSilence(sent: true, "lost", 0);
        RetryDecision stayed = new RetryPolicy(Write, 1).AfterSilence(sent: false, "lost", 0);

        Assert.Equal(new RetryDecision(false, 0, new Fault(FaultCode.Timeout, Outcome.Unknown, "lost")), left);
        Assert.True(stayed.Again);
        Assert.Equal(Outcome.NotApplied, stayed.Fault.Outcome);
    }

    [Fact]
    public void What_was_once_perhaps_applied_stays_unknown_whatever_later_attempts_say()
    {
        var policy = new RetryPolicy(RepeatableWrite, 1);
        policy.AfterSilence(sent: true, "lost", 0);

        RetryDecision late = policy.AfterFault(NoLeader(), 4999);

        Assert.False(late.Again);
        Assert.Equal(Outcome.Unknown, late.Fault.Outcome);
        Assert.Equal(Outcome.Unknown, policy.AfterUnreachable("nobody", 5000).Fault.Outcome);
    }

    [Fact]
    public void A_read_is_never_unknown_and_is_repeated_after_silence()
    {
        RetryDecision decision = new RetryPolicy(Read, 1).AfterSilence(sent: true, "lost", 0);

        Assert.True(decision.Again);
        Assert.Equal(Outcome.NotApplied, decision.Fault.Outcome);
    }

    [Fact]
    public void No_attempt_begins_at_or_after_the_deadline()
    {
        RetryDecision decision = new RetryPolicy(Read, 1).AfterFault(NoLeader() with { RetryAfterMs = 400 }, 4600);

        Assert.Equal(new RetryDecision(false, 0, NoLeader() with { RetryAfterMs = 400 }), decision);
    }

    [Fact]
    public void A_node_that_says_when_to_come_back_is_not_asked_earlier() =>
        Assert.Equal(900, new RetryPolicy(Read, 1).AfterFault(NoLeader() with { RetryAfterMs = 900 }, 0).DelayMs);

    [Fact]
    public void Delays_double_up_to_half_a_second_and_at_least_half_of_each_is_waited()
    {
        var policy = new RetryPolicy(Read with { DeadlineMs = long.MaxValue }, 7);

        foreach (int full in new[] { 20, 40, 80, 160, 320, 500, 500, 500 })
        {
            Assert.InRange(policy.AfterSilence(sent: true, "lost", 0).DelayMs, full / 2, full);
        }
    }

    [Fact]
    public void Two_calls_draw_different_delays()
    {
        IEnumerable<long> delays = Enumerable.Range(0, 20).Select(seed =>
            new RetryPolicy(Read, (ulong)seed).AfterSilence(sent: true, "lost", 0).DelayMs);

        Assert.True(delays.Distinct().Count() > 3);
    }

    [Fact]
    public void When_nobody_takes_a_connection_a_caller_in_a_hurry_is_told_at_once()
    {
        Assert.True(new RetryPolicy(Write, 1).AfterUnreachable("nobody", 0).Again);
        Assert.False(new RetryPolicy(Write with { RetryUnreachable = false }, 1).AfterUnreachable("nobody", 0).Again);
    }
}
