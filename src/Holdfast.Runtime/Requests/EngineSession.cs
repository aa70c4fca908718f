using System.Buffers;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Routing;

namespace Holdfast.Runtime.Requests;

/// <summary>
/// One caller's way into the engine: a connection, a front end's call, or another node that forwards. Gathers replies, which
/// go out together when the engine is done with what it was given.
/// </summary>
internal sealed class EngineSession(IRequestRouter router, IReplySink sink, bool isForwarder) : IRequestSession
{
    private ArrayBufferWriter<byte> _replies = new(256);
    private ArrayBufferWriter<byte>? _spare;
    private EntryId[] _lastProposed = [];
    private ForwarderOrder[] _orders = [];

    /// <summary>Whether this is another node that forwards: what it sends is not forwarded again.</summary>
    public bool IsForwarder => isForwarder;

    /// <summary>How many reads of this session wait for a proposal of it: a later read must not be answered before them.</summary>
    public int OrderedReads { get; set; }

    /// <summary>Whether the caller is gone: its replies are dropped.</summary>
    public bool IsClosed { get; private set; }

    /// <inheritdoc/>
    public void Submit(ReadOnlySpan<byte> requests) => router.Route(this, requests);

    /// <inheritdoc/>
    public void Dispose() => IsClosed = true;

    /// <summary>
    /// The last entry that this session proposed to a partition in that term, if any: a later read of the session must see it.
    /// </summary>
    public LogIndex LastProposed(PartitionId partition, Term term)
    {
        if (partition.Value >= (uint)_lastProposed.Length)
        {
            return LogIndex.Zero;
        }

        EntryId last = _lastProposed[partition.Value];
        return last.Term == term ? last.Index : LogIndex.Zero;
    }

    /// <summary>Remembers a proposal.</summary>
    public void Proposed(PartitionId partition, EntryId id, int partitions)
    {
        if (_lastProposed.Length == 0)
        {
            _lastProposed = new EntryId[partitions];
        }

        _lastProposed[partition.Value] = id;
    }

    /// <summary>Of another node that forwards: which of its writes to a partition were taken.</summary>
    public ref ForwarderOrder OrderOf(PartitionId partition, int partitions)
    {
        if (_orders.Length == 0)
        {
            _orders = new ForwarderOrder[partitions];
        }

        return ref _orders[partition.Value];
    }

    /// <summary>Adds a reply.</summary>
    public void Reply(in Reply reply)
    {
        if (!IsClosed)
        {
            MarkDirty();
            reply.Write(_replies);
        }
    }

    /// <summary>Gives the gathered replies to the sink.</summary>
    public void Deliver()
    {
        // The sink may submit requests that are answered at once: those replies gather in the other buffer, for the next delivery.
        ArrayBufferWriter<byte> delivered = _replies;
        _replies = _spare ?? new ArrayBufferWriter<byte>(256);
        _spare = null;
        if (delivered.WrittenCount > 0 && !IsClosed)
        {
            sink.OnReplies(delivered.WrittenSpan);
        }

        delivered.ResetWrittenCount();
        _spare = delivered;
    }

    private void MarkDirty()
    {
        if (_replies.WrittenCount == 0)
        {
            router.HasReplies(this);
        }
    }
}

/// <summary>Where sessions bring their requests.</summary>
internal interface IRequestRouter
{
    /// <summary>Carries out or hands on each request of a sequence of encoded ones.</summary>
    void Route(EngineSession session, ReadOnlySpan<byte> requests);

    /// <summary>A session has its first undelivered reply.</summary>
    void HasReplies(EngineSession session);
}
