using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Client.Cluster;
using Holdfast.Primitives;

namespace Holdfast.Client.Watching;

/// <summary>One watch: the changes of all partitions, each partition's in order, with where the whole stands after each.</summary>
internal sealed class Watch(Caller caller, ClusterIdentity identity, HoldfastClientOptions options, WatchOptions wanted)
{
    /// <summary>Above this, a token with each event would cost more than the event (as over HTTP).</summary>
    private const int MostTokens = 64;

    private Revision[] _positions = [];
    private uint _cluster;
    private uint _epoch;

    /// <summary>The events, until the caller goes.</summary>
    /// <exception cref="HoldfastException">The token is of no use here, or the nodes refuse the watch.</exception>
    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (WatchEvent gap in await BeginAsync(cancellationToken))
        {
            yield return gap;
        }

        yield return Event(WatchEventKind.Progress, default, Revision.None);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<PartitionChanges> pages = Channel.CreateBounded<PartitionChanges>(new BoundedChannelOptions(_positions.Length) { SingleReader = true });
        Task tails = RunTailsAsync(pages.Writer, stop.Token);
        try
        {
            await foreach (PartitionChanges page in pages.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (WatchEvent told in EventsOf(page))
                {
                    yield return told;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await tails;
        }
    }

    /// <summary>Finds where the watch stands, and what is lost to it before that.</summary>
    private async Task<IEnumerable<WatchEvent>> BeginAsync(CancellationToken cancellationToken)
    {
        // Asked each time: a restore may have begun another epoch since the client was made.
        ClusterInfo cluster = await identity.AskAsync(timeout: null, cancellationToken);
        _cluster = WatchToken.FingerprintOf(cluster.Id ?? string.Empty);
        _epoch = (uint)cluster.Epoch;
        WatchToken? from = wanted.From is { } text ? TokenOf(text, cluster.Partitions) : null;
        Revision[] ends = await Task.WhenAll(Enumerable.Range(0, cluster.Partitions).Select(number => Tail(number).EndAsync(cancellationToken)));
        if (from is null)
        {
            _positions = ends;
            return [];
        }

        Revision[] told = from.Positions.ToArray();
        bool sameEpoch = from.Epoch == _epoch;
        if (sameEpoch && told.Zip(ends).Any(pair => pair.First > pair.Second))
        {
            throw Refusal("the token to go on from is of revisions that the cluster does not have");
        }

        _positions = sameEpoch ? told : ends;
        return sameEpoch ? [] : GapsOfEpoch(told, ends);
    }

    /// <summary>A token of this cluster, of whatever epoch.</summary>
    private WatchToken TokenOf(string text, int partitions)
    {
        if (!WatchToken.TryParse(text, out WatchToken? token))
        {
            throw Refusal("the token to go on from is none");
        }

        return token.Cluster == _cluster && token.Positions.Length == partitions
            ? token
            : throw Refusal("the token to go on from is of another cluster");
    }

    /// <summary>They have no tokens: a caller that saw only some of them must see all again.</summary>
    private static IEnumerable<WatchEvent> GapsOfEpoch(Revision[] told, Revision[] ends) => told.Zip(ends, (from, to) => (From: from, To: to))
        .Select((gap, number) => new WatchEvent(WatchEventKind.Gap, new PartitionId((uint)number), gap.To, token: null)
        {
            Gap = new WatchGap(gap.From, WatchGapReason.Epoch),
        });

    private Task RunTailsAsync(ChannelWriter<PartitionChanges> output, CancellationToken cancellationToken) =>
        Task.WhenAll(_positions.Select((after, number) => RunTailAsync(Tail(number), after, output, cancellationToken)).ToArray());

    /// <summary>Ends when it is cancelled; a failure ends the whole watch.</summary>
    private static async Task RunTailAsync(
        PartitionTail tail, Revision after, ChannelWriter<PartitionChanges> output, CancellationToken cancellationToken)
    {
        try
        {
            await tail.RunAsync(after, output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.TryComplete();
        }
        catch (ChannelClosedException)
        {
            // Another partition's failure ended the watch.
        }
        catch (Exception failure)
        {
            // Thrown to the caller, whatever it is: a partition that is watched no more, unseen, would be a hang.
            output.TryComplete(failure);
        }
    }

    private PartitionTail Tail(int number) => new(caller, options, new PartitionId((uint)number), wanted.Prefix);

    private List<WatchEvent> EventsOf(PartitionChanges page)
    {
        var events = new List<WatchEvent>();
        Revision from = _positions[page.Partition.Value];
        ReadOnlySpan<byte> items = page.Items.Span;
        bool more = ChangeItem.TryRead(ref items, out ChangeItem item);
        while (more)
        {
            ChangeItem present = item;
            more = ChangeItem.TryRead(ref items, out item);

            // Several changes have one revision where an old program cleared keys: the last one alone completes it.
            if (!more || item.Revision != present.Revision)
            {
                _positions[page.Partition.Value] = present.Revision;
            }

            events.Add(Event((WatchEventKind)present.Kind, page.Partition, present.Revision) with
            {
                Key = present.Key.ToArray(),
                Value = present.Value.ToArray(),
                TimeToLive = present.TimeToLiveMs == 0 ? null : TimeSpan.FromMilliseconds(present.TimeToLiveMs),
            });
        }

        if (!items.IsEmpty)
        {
            string detail = $"partition {page.Partition} told changes that can't be read";
            throw new HoldfastException(new Fault(FaultCode.Unsupported, Outcome.NotApplied, detail));
        }

        _positions[page.Partition.Value] = page.Through;
        if (page.HasGap)
        {
            events.Add(Event(WatchEventKind.Gap, page.Partition, page.Through) with { Gap = new WatchGap(from, WatchGapReason.History) });
        }
        else if (events.Count == 0 || _positions.Length > MostTokens)
        {
            events.Add(Event(WatchEventKind.Progress, page.Partition, page.Through));
        }

        return events;
    }

    private WatchEvent Event(WatchEventKind kind, PartitionId partition, Revision revision)
    {
        bool hasToken = _positions.Length <= MostTokens || kind == WatchEventKind.Progress;
        if (!hasToken)
        {
            return new WatchEvent(kind, partition, revision, token: null);
        }

        Revision[] positions = [.. _positions];
        return new WatchEvent(kind, partition, revision, new Lazy<string>(() => new WatchToken(_cluster, _epoch, positions).ToString()));
    }

    private static HoldfastException Refusal(string detail) => new(new Fault(FaultCode.BadRequest, Outcome.NotApplied, detail));
}
