using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Listing;

/// <summary>
/// A place in one partition's part of a listing: it holds one page, and asks for the next when that is used up. Pages are read
/// in the gate call's own buffer, so a listing holds a page a partition and no more.
/// </summary>
internal sealed class PartitionCursor(PartitionId partition, in ListingQuery query, int pageItems, GateCall gateCall) : IDisposable
{
    private readonly ListingQuery _query = query;
    private ReadOnlyMemory<byte> _rest;
    private ReadOnlyMemory<byte> _following;
    private int _keyLength;

    /// <summary>The key that the cursor stands at.</summary>
    public ReadOnlySpan<byte> Key => _rest.Span.Slice(PageItem.HeaderBytes, _keyLength);

    /// <summary>Whether a page follows the one that it holds.</summary>
    public bool HasNextPage { get; private set; }

    /// <summary>Whether anything follows the pair that it stands at.</summary>
    public bool HasNext => HasNextPage || !_following.IsEmpty;

    /// <summary>Asks for the first page.</summary>
    public ValueTask AskFirstPageAsync(CancellationToken cancellation) =>
        AskAsync(_query.Range.Start, _query.Range.AfterStart, cancellation);

    /// <summary>Asks for the page after the pair that it stands at.</summary>
    public ValueTask AskNextPageAsync(CancellationToken cancellation) => AskAsync(Key, afterStart: true, cancellation);

    /// <summary>Takes the page that came, to move into it next; or says why it did not.</summary>
    public Problem? TakePage()
    {
        Reply reply = gateCall.Reply;
        if (reply.Fault != FaultCode.None)
        {
            return Problem.Of(reply.ToFault());
        }

        _following = gateCall.Payload;
        HasNextPage = reply.Flags.HasFlag(ReplyFlags.More);
        Invariant.Require(!HasNextPage || !_following.IsEmpty, "a page that another follows has an item to go on from");
        return null;
    }

    /// <summary>Writes the pair that it stands at.</summary>
    public void WriteTo(ListingOutput output)
    {
        ReadOnlySpan<byte> page = _rest.Span;
        Invariant.Require(PageItem.TryRead(ref page, out PageItem item), "a cursor stands at an item");
        output.Write(item);
    }

    /// <summary>Moves to the next pair of the page; false at its end.</summary>
    public bool TryMove()
    {
        if (_following.IsEmpty)
        {
            return false;
        }

        _rest = _following;
        ReadOnlySpan<byte> page = _rest.Span;
        Invariant.Require(PageItem.TryRead(ref page, out PageItem item), "a page holds whole items");
        _keyLength = item.Key.Length;
        _following = _rest[^page.Length..];
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => gateCall.Dispose();

    private ValueTask AskAsync(ReadOnlySpan<byte> start, bool afterStart, CancellationToken cancellation)
    {
        var request = new Request
        {
            Operation = Operation.List,
            Partition = partition,
            Flags = _query.Options.Consistency
                | (_query.KeysOnly ? RequestFlags.KeysOnly : RequestFlags.None)
                | (afterStart ? RequestFlags.AfterStart : RequestFlags.None),
            TimeoutMs = _query.Options.TimeoutMs,
            Argument = pageItems,
            Key = start,
            Value = _query.Range.End,
        };
        return gateCall.SendAsync(request, cancellation);
    }
}
