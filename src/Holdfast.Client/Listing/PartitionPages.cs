using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Primitives;

namespace Holdfast.Client.Listing;

/// <summary>One partition's pairs, page by page; while a page is being consumed the next one is on its way. Used by one reader.</summary>
internal sealed class PartitionPages
{
    /// <summary>The most pairs of a page, so that a merge over many partitions holds a bounded share of each.</summary>
    private const int PageItems = 1000;

    private readonly Caller _caller;
    private readonly PartitionId _partition;
    private readonly ListOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly Queue<ListItem> _page = new();
    private ListRange _rest;
    private Task<Answer>? _next;

    /// <summary>Asks for the first page.</summary>
    public PartitionPages(Caller caller, PartitionId partition, ListOptions options, CancellationToken cancellationToken)
    {
        _caller = caller;
        _partition = partition;
        _options = options;
        _cancellationToken = cancellationToken;
        _rest = ListRange.Of(options);
        _next = _rest.IsEmpty ? null : AskAsync();
    }

    /// <summary>The next pair; null at the end.</summary>
    /// <exception cref="HoldfastException">A page could not be read.</exception>
    public async ValueTask<ListItem?> NextAsync()
    {
        while (_page.Count == 0 && _next is { } next)
        {
            Take(await next);
        }

        return _page.TryDequeue(out ListItem? item) ? item : null;
    }

    private Task<Answer> AskAsync()
    {
        RequestFlags flags = _options.Stale ? RequestFlags.Stale : RequestFlags.None;
        flags |= _options.KeysOnly ? RequestFlags.KeysOnly : RequestFlags.None;
        flags |= _rest.AfterStart ? RequestFlags.AfterStart : RequestFlags.None;
        var call = new Call
        {
            Operation = Operation.List,
            Flags = flags,
            Partition = _partition,
            Key = _rest.Start,
            Value = _rest.End,
            Argument = Math.Min(_options.Limit ?? PageItems, PageItems),
            Timeout = _options.Timeout,
        };
        return _caller.CallAsync(call, _cancellationToken);
    }

    private void Take(Answer answer)
    {
        ReadOnlySpan<byte> page = answer.Payload;
        ListItem? last = null;
        while (PageItem.TryRead(ref page, out PageItem item))
        {
            TimeSpan? timeToLive = item.TimeToLiveMs == 0 ? null : TimeSpan.FromMilliseconds(item.TimeToLiveMs);
            last = new ListItem(item.Key.ToArray(), item.Value.ToArray(), item.Revision, timeToLive);
            _page.Enqueue(last);
        }

        if (!page.IsEmpty || (answer.More && last is null))
        {
            string detail = $"partition {_partition} answered a listing with a page that can't be read";
            throw new HoldfastException(new Fault(FaultCode.Unsupported, Outcome.NotApplied, detail));
        }

        if (answer.More)
        {
            _rest = _rest with { Start = last!.Key, AfterStart = true };
            _next = AskAsync();
        }
        else
        {
            _next = null;
        }
    }
}
