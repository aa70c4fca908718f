using System.Threading.Channels;
using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Primitives;

namespace Holdfast.Client.Watching;

/// <summary>Asks for one partition's changes, page after page, waiting at the node while there are none.</summary>
internal sealed class PartitionTail(Caller caller, HoldfastClientOptions options, PartitionId partition, ReadOnlyMemory<byte> prefix)
{
    /// <summary>What a failed call waits before the next, beside what the call's own attempts waited.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The revision of the partition's last change.</summary>
    /// <exception cref="HoldfastException">No node told it.</exception>
    public async Task<Revision> EndAsync(CancellationToken cancellationToken)
    {
        var call = new Call { Operation = Operation.Changes, Flags = RequestFlags.FromNow, Partition = partition };
        Answer answer = await caller.CallAsync(call, cancellationToken);
        return new Revision((ulong)answer.Number);
    }

    /// <summary>Writes all that comes after a revision, until it is cancelled.</summary>
    /// <exception cref="HoldfastException">The nodes refuse to tell it.</exception>
    public async Task RunAsync(Revision after, ChannelWriter<PartitionChanges> output, CancellationToken cancellationToken)
    {
        while (true)
        {
            Answer? answer = await AskAsync(after, cancellationToken);
            if (answer is null)
            {
                await Task.Delay(Pause, options.Clock, cancellationToken);
                continue;
            }

            var through = new Revision((ulong)answer.Number);
            bool hasGap = (answer.Flags & ReplyFlags.Gap) != ReplyFlags.None;
            if (through > after)
            {
                await output.WriteAsync(new PartitionChanges(partition, answer.Payload, through, hasGap), cancellationToken);
                after = through;
            }

            if (answer.RetryAfterMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(answer.RetryAfterMs), options.Clock, cancellationToken);
            }
        }
    }

    /// <summary>The next page; null when no node could tell it for now.</summary>
    private async Task<Answer?> AskAsync(Revision after, CancellationToken cancellationToken)
    {
        var call = new Call
        {
            Operation = Operation.Changes,
            Flags = RequestFlags.Stale,
            Partition = partition,
            Key = prefix,
            Revision = after,

            // Half of what an attempt waits, so that a quiet partition is not taken for a dead node.
            Argument = (long)options.AttemptTimeout.TotalMilliseconds / 2,
        };
        try
        {
            return await caller.CallAsync(call, cancellationToken);
        }
        catch (HoldfastException failure) when (failure.Code is not (FaultCode.BadRequest or FaultCode.Unsupported or FaultCode.KeyTooLarge))
        {
            return null;
        }
    }
}
