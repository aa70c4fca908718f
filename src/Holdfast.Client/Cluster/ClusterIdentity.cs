using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Client.Retry;

namespace Holdfast.Client.Cluster;

/// <summary>
/// What a cluster is. Its id and number of partitions never change once it has been created; its epoch does, with a restore. Thread-safe.
/// </summary>
internal sealed class ClusterIdentity(ClusterApi api, HoldfastClientOptions options)
{
    private ClusterInfo? _known;

    /// <summary>The cluster as it was last asked for; else asked until a node knows it, at most for <paramref name="timeout"/>.</summary>
    /// <exception cref="HoldfastException">No node told it in time.</exception>
    public async ValueTask<ClusterInfo> GetAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        Volatile.Read(ref _known) ?? await AskAsync(timeout, cancellationToken);

    /// <summary>The cluster as it is; asked until a node knows it, at most for <paramref name="timeout"/>.</summary>
    /// <exception cref="HoldfastException">No node told it in time.</exception>
    public async ValueTask<ClusterInfo> AskAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(options.Clock, timeout ?? options.Timeout);
        var rules = new RetryRules(IsWrite: false, Repeatable: true, options.RetryUnreachable, deadline.AtMs);
        var policy = new RetryPolicy(rules, (ulong)Random.Shared.NextInt64());
        while (true)
        {
            RetryDecision decision;
            try
            {
                ClusterInfo cluster = await api.GetAsync("/v1/cluster", ClusterJson.Default.ClusterInfo, cancellationToken);
                if (cluster.Partitions > 0)
                {
                    Volatile.Write(ref _known, cluster);
                    return cluster;
                }

                var starting = new Fault(FaultCode.Starting, Outcome.NotApplied, "the node does not know its cluster yet");
                decision = policy.AfterFault(starting, deadline.NowMs);
            }
            catch (HoldfastException exception)
            {
                decision = exception.Unreachable
                    ? policy.AfterUnreachable(exception.Fault.Detail, deadline.NowMs)
                    : policy.AfterFault(exception.Fault, deadline.NowMs);
                if (!decision.Again)
                {
                    throw;
                }
            }

            if (!decision.Again)
            {
                throw new HoldfastException(decision.Fault);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(decision.DelayMs), options.Clock, cancellationToken);
        }
    }
}
