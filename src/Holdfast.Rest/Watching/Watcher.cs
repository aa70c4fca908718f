using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// One watch, from its position to the tail and along it. At the tail it writes what the hub puts into its queue. When that overflows, or at
/// the start, it reads the history up to where the hub stands, joins the hub, reads the little that came between, and goes on from the queue;
/// what is in the queue twice over was told before and is left out.
/// </summary>
internal sealed class Watcher(WatchHub hub, WatchHistory history, WatchQueue queue, WatchOutput output)
{
    /// <summary>Runs until the queue is closed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the client takes nothing.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        QueueState state = QueueState.Overflowed;
        while (state != QueueState.Closed)
        {
            while (!await TryReadAsync(await hub.PositionsAsync(), cancellation))
            {
                // A partition lags: the others are told of from the history until it does not.
            }

            Revision[] joined = await hub.JoinAsync(queue);
            while (!await TryReadAsync(joined, cancellation))
            {
                // As above; what comes waits in the queue, or overflows it.
            }

            output.LeaveTail();
            state = await FollowAsync(cancellation);
        }
    }

    private Task<bool> TryReadAsync(Revision[] ends, CancellationToken cancellation) =>
        history.TryReadAsync(output, queue.Prefix, ends, cancellation);

    private async ValueTask<QueueState> FollowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            QueueState state = await queue.WaitAsync();
            if (state != QueueState.Open)
            {
                return state;
            }

            while (queue.TryTake(out WatchEvent? item))
            {
                output.Write(item);
                item.Release();
                await output.FlushIfFullAsync(cancellation);
            }

            await output.FlushAsync(cancellation);
        }
    }
}
