using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Retry;

/// <summary>
/// Decides, for one call, what follows each failed attempt: another one, or what to tell the caller. Time is handed in, in ms of
/// any clock that doesn't go back. What was once perhaps applied stays so: a later attempt that surely failed doesn't make the call
/// "not applied". Not thread-safe.
/// </summary>
/// <param name="rules">What the call allows.</param>
/// <param name="seed">Where the jitter of the delays comes from.</param>
public sealed class RetryPolicy(RetryRules rules, ulong seed)
{
    /// <summary>The delay before the second attempt, which doubles with each one after.</summary>
    private const int FirstDelayMs = 20;

    /// <summary>An election takes 300 to 500 ms: waiting longer than that between attempts gains nothing.</summary>
    private const int LongestDelayMs = 500;

    private SeededRandom? _random;
    private int _failures;
    private bool _maybeApplied;

    /// <summary>A node answered with a fault.</summary>
    public RetryDecision AfterFault(Fault fault, long nowMs)
    {
        bool unknown = rules.IsWrite && fault.Outcome == Outcome.Unknown;
        _maybeApplied |= unknown;
        Fault told = fault with { Outcome = OutcomeSoFar };
        bool again = unknown ? rules.Repeatable : IsTransient(fault.Code);
        return again ? AgainAfter(fault.RetryAfterMs, told, nowMs) : new RetryDecision(false, 0, told);
    }

    /// <summary>No answer came: the connection was lost, or the attempt's time passed.</summary>
    /// <param name="sent">Whether the request may have reached a node.</param>
    /// <param name="detail">What happened, for a person.</param>
    /// <param name="nowMs">Now.</param>
    public RetryDecision AfterSilence(bool sent, string detail, long nowMs)
    {
        _maybeApplied |= sent && rules.IsWrite;
        var told = new Fault(FaultCode.Timeout, OutcomeSoFar, detail);
        return sent && !rules.Repeatable ? new RetryDecision(false, 0, told) : AgainAfter(0, told, nowMs);
    }

    /// <summary>No endpoint took a connection.</summary>
    public RetryDecision AfterUnreachable(string detail, long nowMs)
    {
        var told = new Fault(FaultCode.Timeout, OutcomeSoFar, detail);
        return rules.RetryUnreachable ? AgainAfter(0, told, nowMs) : new RetryDecision(false, 0, told);
    }

    private Outcome OutcomeSoFar => _maybeApplied ? Outcome.Unknown : Outcome.NotApplied;

    /// <summary>Whether the same request may well succeed a moment later, here or elsewhere.</summary>
    private static bool IsTransient(FaultCode code) => code is
        FaultCode.Overloaded or FaultCode.NoLeader or FaultCode.Starting or FaultCode.Stopping or FaultCode.Timeout;

    private RetryDecision AgainAfter(long atLeastMs, Fault told, long nowMs)
    {
        // Half of the delay is drawn, so that the clients of a node that died don't all come back at one moment.
        int delay = Math.Min(LongestDelayMs, FirstDelayMs << Math.Min(_failures, 16));
        _failures++;
        _random ??= new SeededRandom(seed);
        long delayMs = Math.Max(atLeastMs, (delay / 2) + _random.Next((delay / 2) + 1));
        bool inTime = nowMs + delayMs < rules.DeadlineMs;
        return new RetryDecision(inTime, inTime ? delayMs : 0, told);
    }
}
