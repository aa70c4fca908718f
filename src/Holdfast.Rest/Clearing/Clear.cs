using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Clearing;

/// <summary>
/// One deletion of a prefix over all partitions, step by step in each. With an idempotency key each step has a token of its own: sent
/// again, the steps that were done answer as they did then, the bound and where to go on included, and the others follow.
/// </summary>
internal sealed class Clear(byte[] prefix, WriteOptions options, GateCallPool calls)
{
    /// <summary>How many keys a step deletes: few enough that a step is short beside other work of its partition.</summary>
    private const int KeysPerStep = 1000;

    private readonly byte[] _end = KeyRange.EndOfPrefix(prefix);
    private long _deleted;
    private volatile bool _failed;

    /// <summary>How many keys were deleted so far.</summary>
    public long Deleted => Interlocked.Read(ref _deleted);

    /// <summary>
    /// Deletes in all partitions at once, so that "at its start" is nearly one moment. When one fails the others stop after their
    /// step.
    /// </summary>
    public async Task<Problem?> RunAsync(int partitions, CancellationToken cancellation)
    {
        IEnumerable<Task<Problem?>> parts = Enumerable.Range(0, partitions)
            .Select(i => ClearPartitionAsync(new PartitionId((uint)i), cancellation));
        Problem[] problems = [.. (await Task.WhenAll(parts)).OfType<Problem>()];
        if (problems.Length == 0)
        {
            return null;
        }

        bool isUnknown = Deleted > 0 || problems.Any(problem => problem.Outcome == Outcome.Unknown);
        return isUnknown ? Partial(problems[0]) : problems[0];
    }

    /// <summary>What was deleted stays deleted. A 503 says that nothing was done, so it can't be the answer to a part that was.</summary>
    private Problem Partial(Problem problem)
    {
        string detail = $"{problem.Detail} {Deleted} keys were deleted before; the same call deletes the rest.";
        Problem basis = problem.RetryAfterMs is null ? problem : Problem.Of(FaultCode.Timeout, detail);
        return basis with { Outcome = Outcome.Unknown, Detail = detail };
    }

    private async Task<Problem?> ClearPartitionAsync(PartitionId partition, CancellationToken cancellation)
    {
        using GateCall call = calls.Rent();
        byte[] start = prefix;
        Revision bound = default;
        bool more = true;
        for (int step = 1; more && !_failed; step++)
        {
            await AskAsync(call, partition, start, bound, step, cancellation);
            if (call.Reply.Fault != FaultCode.None)
            {
                _failed = true;
                return Problem.Of(call.Reply.ToFault());
            }

            more = TakeStep(call.Reply, out start, out bound);
        }

        return null;
    }

    private ValueTask AskAsync(
        GateCall call, PartitionId partition, byte[] start, Revision bound, int step, CancellationToken cancellation)
    {
        var request = new Request
        {
            Operation = Operation.Clear,
            Partition = partition,
            Revision = bound,
            Argument = KeysPerStep,
            Key = start,
            Value = _end,
        };
        options.OfStep(step).Mark(ref request);
        return call.SendAsync(request, cancellation);
    }

    /// <summary>Counts a step; true when another must follow, from <paramref name="start"/> and with the same bound.</summary>
    private bool TakeStep(in Reply reply, out byte[] start, out Revision bound)
    {
        Interlocked.Add(ref _deleted, reply.Number);
        start = reply.Payload.ToArray();
        bound = reply.Revision;
        return reply.Flags.HasFlag(ReplyFlags.More);
    }
}
