using System.Runtime.CompilerServices;
using Holdfast.Client.Calls;
using Holdfast.Primitives;

namespace Holdfast.Client.Listing;

/// <summary>Listings of one partition, and of all merged into one order.</summary>
internal static class Listings
{
    /// <summary>The pairs of one partition.</summary>
    public static async IAsyncEnumerable<ListItem> OfPartition(
        Caller caller, PartitionId partition, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var pages = new PartitionPages(caller, partition, options, stop.Token);
            long left = options.Limit ?? long.MaxValue;
            while (left-- > 0 && await pages.NextAsync() is { } item)
            {
                yield return item;
            }
        }
        finally
        {
            // A page that is still on its way is not wanted any more.
            await stop.CancelAsync();
        }
    }

    /// <summary>The pairs of partitions 0 to <paramref name="partitions"/> - 1 in the order of unsigned bytes.</summary>
    public static async IAsyncEnumerable<ListItem> Merged(
        Caller caller, int partitions, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            PartitionPages[] all =
                [.. Enumerable.Range(0, partitions).Select(p => new PartitionPages(caller, new PartitionId((uint)p), options, stop.Token))];
            var heads = new PriorityQueue<(PartitionPages Pages, ListItem Item), byte[]>(
                partitions, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));
            foreach (PartitionPages pages in all)
            {
                await AddHeadAsync(heads, pages);
            }

            long left = options.Limit ?? long.MaxValue;
            while (left-- > 0 && heads.TryDequeue(out (PartitionPages Pages, ListItem Item) least, out _))
            {
                yield return least.Item;
                await AddHeadAsync(heads, least.Pages);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private static async ValueTask AddHeadAsync(
        PriorityQueue<(PartitionPages Pages, ListItem Item), byte[]> heads, PartitionPages pages)
    {
        if (await pages.NextAsync() is { } item)
        {
            heads.Enqueue((pages, item), item.Key);
        }
    }
}
