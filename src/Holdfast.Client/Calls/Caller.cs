using Holdfast.Api;
using Holdfast.Client.Connections;
using Holdfast.Client.Retry;

namespace Holdfast.Client.Calls;

/// <summary>Carries calls out: connection, attempt, and what the retry policy says of it. Thread-safe.</summary>
internal sealed class Caller(HoldfastClientOptions options) : IAsyncDisposable
{
    /// <summary>What a message holds beside a longest key; nodes take less.</summary>
    private const int MaxValueBytes = NativeProtocol.MaxMessageBytes - Request.HeaderBytes - Limits.MaxKeyBytes;

    private readonly ConnectionPool _pool = new(options);
    private long _retries;

    /// <summary>How many attempts were repeated.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>The answer to a call.</summary>
    /// <exception cref="HoldfastException">The call failed.</exception>
    public async Task<Answer> CallAsync(Call call, CancellationToken cancellationToken)
    {
        RefuseUnsendable(call);
        TimeSpan timeout = call.Timeout ?? options.Timeout;
        var deadline = new Deadline(options.Clock, timeout);
        var policy = new RetryPolicy(RulesOf(call, deadline), (ulong)Random.Shared.NextInt64());
        while (true)
        {
            Connected connected = await ConnectAsync(deadline, cancellationToken);
            RetryDecision decision;
            int? batchIndex = null;
            if (connected.Connection is not { } connection)
            {
                decision = policy.AfterUnreachable(connected.Detail, deadline.NowMs);
            }
            else
            {
                Attempt attempt = await connection.AttemptAsync(call, PatienceFor(call, deadline), options.Clock, cancellationToken);
                if (attempt.Answer is { Fault: FaultCode.None } answer)
                {
                    return answer;
                }

                decision = attempt.Answer is { } refusal
                    ? policy.AfterFault(refusal.ToFault(), deadline.NowMs)
                    : policy.AfterSilence(attempt.Sent, attempt.Detail, deadline.NowMs);
                batchIndex = attempt.Answer?.BatchIndexOf(call.Operation);
            }

            await WaitAsync(decision, batchIndex, connected.Connection, cancellationToken);
        }
    }

    /// <summary>What does not fit into a message, or can't be a key, is not tried.</summary>
    private static void RefuseUnsendable(Call call)
    {
        (FaultCode code, string detail) = call switch
        {
            { Key.Length: > Limits.MaxKeyBytes } => (FaultCode.KeyTooLarge, $"the key has {call.Key.Length} bytes"),
            { Key.Length: 0 } when call.Operation.HasKey() => (FaultCode.InvalidKey, "the key is empty"),
            { Value.Length: > MaxValueBytes } => (FaultCode.ValueTooLarge, $"the value has {call.Value.Length} bytes"),
            _ => (FaultCode.None, string.Empty),
        };
        if (code != FaultCode.None)
        {
            throw new HoldfastException(new Fault(code, Outcome.NotApplied, detail));
        }
    }

    /// <summary>What a call that starts now allows.</summary>
    private RetryRules RulesOf(Call call, Deadline deadline)
    {
        bool write = call.Operation.IsWrite();
        return new RetryRules(write, call.Repeatable || !write, options.RetryUnreachable, deadline.AtMs);
    }

    /// <summary>Gives the failure to the caller, or moves to another endpoint after a delay.</summary>
    private async Task WaitAsync(RetryDecision decision, int? batchIndex, NativeConnection? failed, CancellationToken cancellationToken)
    {
        if (decision.Again && failed is not null)
        {
            _pool.Leave(failed.Endpoint);
        }

        if (!decision.Again)
        {
            throw new HoldfastException(decision.Fault, unreachable: failed is null) { BatchIndex = batchIndex };
        }

        await Task.Delay(TimeSpan.FromMilliseconds(decision.DelayMs), options.Clock, cancellationToken);
        Interlocked.Increment(ref _retries);
    }

    private async ValueTask<Connected> ConnectAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        ValueTask<Connected> connected = _pool.GetAsync(cancellationToken);
        if (connected.IsCompletedSuccessfully)
        {
            return connected.Result;
        }

        try
        {
            return await connected.AsTask().WaitAsync(deadline.Left, options.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new Connected(null, "no connection before the deadline");
        }
    }

    /// <summary>How long an attempt may wait: a call that may be repeated keeps time for another endpoint.</summary>
    private TimeSpan PatienceFor(Call call, Deadline deadline)
    {
        bool repeatable = call.Repeatable || !call.Operation.IsWrite();
        return repeatable && options.AttemptTimeout < deadline.Left ? options.AttemptTimeout : deadline.Left;
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
