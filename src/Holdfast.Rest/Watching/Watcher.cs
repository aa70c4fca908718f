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
            await history.ReadAsync(output, queue.Prefix, await hub.PositionsAsync(), cancellation);
            Revision[] joined = await hub.JoinAsync(queue);
            await history.ReadAsync(output, queue.Prefix, joined, cancellation);
            output.LeaveTail();
            state = await FollowAsync(cancellation);
        }
    }

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
