using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Gate;

namespace Holdfast.Rest.Watching;

/// <summary>
/// Tells watchers what the partitions still know of their changes, each at its client's pace. Only so many pages are held at once: a client that
/// does not take its page in the time that even a slow line takes is cut off, and goes on from its last id when it comes again. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // a semaphore without a wait handle owns nothing, and watches may end after their host
internal sealed class WatchHistory(GateCallPool calls, WatchOptions options)
#pragma warning restore CA1001
{
    private const int SlowestBytesPerSecond = 32 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turns = new(options.MaxReaders);

    /// <summary>
    /// Writes the changes of keys with a prefix up to <paramref name="ends"/>, or further. False, after a pause, when a partition's replica is not as far,
    /// or nobody answers for it: the other partitions were read.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the client takes nothing.</exception>
    public async Task<bool> TryReadAsync(WatchOutput output, byte[] prefix, Revision[] ends, CancellationToken cancellation)
    {
        bool reached = true;
        for (int partition = 0; partition < ends.Length; partition++)
        {
            bool moved = true;
            while (moved && output.Positions[partition] < ends[partition])
            {
                Revision before = output.Positions[partition];
                await TakeTurnAsync(output, prefix, partition, cancellation);
                output.WriteProgressIfDue();
                await output.FlushAsync(cancellation);
                moved = output.Positions[partition] > before;
            }

            reached &= moved;
        }

        if (!reached)
        {
            await Task.Delay(Pause, options.Clock, cancellation);
        }

        return reached;
    }

    private async ValueTask TakeTurnAsync(WatchOutput output, byte[] prefix, int partition, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            using GateCall call = calls.Rent();
            await call.SendAsync(RequestOf(prefix, partition, output.Positions[partition]), cancellation);
            if (call.Reply.Fault == FaultCode.None)
            {
                await WritePageAsync(output, partition, call, cancellation);
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    private async ValueTask WritePageAsync(WatchOutput output, int partition, GateCall call, CancellationToken cancellation)
    {
        var end = new Revision((ulong)call.Reply.Number);
        if (call.Reply.Flags.HasFlag(ReplyFlags.Gap))
        {
            output.WriteGap(new Gap(partition, output.Positions[partition], end, Gap.History), hasId: true);
            return;
        }

        ReadOnlyMemory<byte> rest = call.Payload;
        using var patience = new CancellationTokenSource(Patience + TimeSpan.FromSeconds(rest.Length / SlowestBytesPerSecond), options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        while (!rest.IsEmpty)
        {
            rest = rest[^WriteFirst(output, partition, rest.Span)..];
            await output.FlushIfFullAsync(either.Token);
        }

        output.MoveTo(partition, end);
    }

    /// <summary>Writes the first change of a page; gives the length of what follows it.</summary>
    private static int WriteFirst(WatchOutput output, int partition, ReadOnlySpan<byte> page)
    {
        Invariant.Require(ChangeItem.TryRead(ref page, out ChangeItem item), "a page holds whole changes");
        output.Write(partition, item);
        return page.Length;
    }

    private static Request RequestOf(byte[] prefix, int partition, Revision after) => new()
    {
        Operation = Operation.Changes,
        Flags = RequestFlags.Stale,
        Partition = new PartitionId((uint)partition),
        Revision = after,
        Key = prefix,
    };
}
