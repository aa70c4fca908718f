using Holdfast.Api;
using Holdfast.Client.Retry;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// How a client goes on with one write until it is answered or its time is up: what each attempt asks, and what follows from its answer.
/// The decisions are those of the .NET client's own <see cref="RetryPolicy"/>.
/// </summary>
internal sealed class Persistence
{
    private const long PatienceMs = 5_000;

    private readonly ClientOperation _operation;
    private readonly WriteSession? _session;
    private readonly RetryPolicy _policy;
    private readonly RetryPolicy _openingPolicy;
    private readonly long _deadlineMs;
    private WriteIdentity _identity;
    private int _attempts;
    private int _doubts;
    private bool _isOpening;
    private bool _lostSession;

    /// <summary>A write known by a session, or where that is null by a token.</summary>
    public Persistence(ClientOperation operation, WriteSession? session, string? token, SeededRandom random)
    {
        _operation = operation;
        _session = session;
        _identity = new WriteIdentity(default, token);
        _deadlineMs = (operation.InvokedAt / VirtualTime.Millisecond) + PatienceMs;
        _policy = new RetryPolicy(new RetryRules(IsWrite: true, Repeatable: true, RetryUnreachable: true, _deadlineMs), random.NextUInt64());
        _openingPolicy = new RetryPolicy(new RetryRules(IsWrite: false, Repeatable: true, RetryUnreachable: true, _deadlineMs), random.NextUInt64());
    }

    /// <summary>What the next attempt asks: first, where there is none, the beginning of a session.</summary>
    public ClientOperation NextAttempt(out WriteIdentity identity)
    {
        _isOpening = _session is { IsOpen: false, IsUnknown: false };
        if (_isOpening)
        {
            identity = new WriteIdentity(_session!.First, null);
            return new ClientOperation
            {
                Invoked = _operation.Invoked,
                Key = _operation.Key,
                Operation = Operation.Batch,
                Parts = [new ClientOperation { Invoked = 0, Key = _operation.Key, Operation = Operation.Get }],
            };
        }

        if (_session is not null && _identity.Session.IsNone)
        {
            _identity = new WriteIdentity(_session.Next(), null);
        }

        _attempts++;
        identity = _identity;
        return _operation;
    }

    /// <summary>Takes what an attempt came to: null when another one is to follow after <paramref name="delayMs"/>, else how the write ended.</summary>
    public ClientOperation? After(ClientOperation told, long nowMs, out long delayMs)
    {
        delayMs = 0;
        if (_isOpening)
        {
            return AfterOpening(told, nowMs, out delayMs);
        }

        // The one time that it was carried out decides, whichever attempt that was.
        if (told.Outcome is OperationOutcome.Done or OperationOutcome.Refused)
        {
            return Ended(told, told.Outcome);
        }

        _doubts += told.Outcome == OperationOutcome.Unknown ? 1 : 0;
        RetryDecision decision = _policy.AfterFault(FaultOf(told), nowMs);
        delayMs = decision.DelayMs;
        bool again = decision.Again;
        if (told.Fault == FaultCode.SessionExpired && _session is not null)
        {
            // In a new session it would be a new write: which it may be when no earlier attempt can have been it.
            _session.Renew();
            _lostSession = true;
            _identity = default;
            again = decision.Fault.Outcome == Outcome.NotApplied && nowMs < _deadlineMs;
        }

        return again ? null : Ended(told, Outcomes(decision.Fault.Outcome));
    }

    /// <summary>No node is up: as <see cref="After"/>.</summary>
    public ClientOperation? AfterNobody(long nowMs, out long delayMs)
    {
        RetryDecision decision = _policy.AfterUnreachable("no node is up", nowMs);
        delayMs = decision.DelayMs;
        return decision.Again ? null : Ended(_operation with { Fault = FaultCode.Timeout }, Outcomes(decision.Fault.Outcome));
    }

    private ClientOperation? AfterOpening(ClientOperation told, long nowMs, out long delayMs)
    {
        delayMs = 0;
        if (told.Outcome == OperationOutcome.Done)
        {
            _session!.Opened();
            return null;
        }

        RetryDecision decision = _openingPolicy.AfterFault(FaultOf(told), nowMs);
        delayMs = decision.DelayMs;
        return decision.Again ? null : Ended(_operation with { Fault = told.Fault }, _doubts > 0 ? OperationOutcome.Unknown : OperationOutcome.NotApplied);
    }

    private ClientOperation Ended(ClientOperation told, OperationOutcome outcome) =>
        told with { Outcome = outcome, InUnknownSession = _session is { IsUnknown: true }, Attempts = _attempts, Doubts = _doubts, LostSession = _lostSession };

    private static Fault FaultOf(ClientOperation told) =>
        new(told.Fault, told.Outcome == OperationOutcome.Unknown ? Outcome.Unknown : Outcome.NotApplied, "");

    private static OperationOutcome Outcomes(Outcome outcome) =>
        outcome == Outcome.NotApplied ? OperationOutcome.NotApplied : OperationOutcome.Unknown;
}
