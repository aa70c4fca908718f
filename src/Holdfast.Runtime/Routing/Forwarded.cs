using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <summary>A request that was forwarded: it is in flight, or came back to be sent again.</summary>
internal struct Forwarded(PendingRequest request, ForwardKind kind, ForwardLane lane)
{
    /// <summary>The request.</summary>
    public readonly PendingRequest Request => request;

    /// <summary>Its partition's lane.</summary>
    public readonly ForwardLane Lane => lane;

    /// <summary>How it is sent.</summary>
    public ForwardKind Kind { get; set; } = kind;

    /// <summary>Its place among what is forwarded: the number of its first attempt.</summary>
    public ulong Order { get; set; }

    /// <summary>Where it was sent last.</summary>
    public NodeId To { get; set; }

    /// <summary>The turn of its lane's targets in which it was sent last.</summary>
    public int Turn { get; set; }

    /// <summary>The frame that it was sent in last.</summary>
    public ulong Frame { get; set; }

    /// <summary>The session that its number is of; of a read, the lane's when it was sent.</summary>
    public ulong Session { get; set; }

    /// <summary>Its number in the session, zero before the first attempt; of a read, the last number taken when it was sent first in that session.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Whether it is a write one of whose attempts may have been applied, or may still be.</summary>
    public bool MayBeApplied { get; set; }

    /// <summary>Whether the partition could not keep its result: a write of the same client that is done meanwhile overtakes it.</summary>
    public bool IsNotKept { get; set; }

    /// <summary>Whether it can be sent again although an earlier attempt may be carried out.</summary>
    public readonly bool IsRepeatable => Kind is ForwardKind.Read or ForwardKind.InSession;

    /// <summary>Whether what a replica has is enough.</summary>
    public readonly bool IsStale => (request.Decode().Flags & RequestFlags.Stale) != RequestFlags.None;
}

/// <summary>How a request is forwarded.</summary>
internal enum ForwardKind : byte
{
    /// <summary>A read: it may be done twice.</summary>
    Read,

    /// <summary>A write in the session of this node: however often it is sent, it takes effect once.</summary>
    InSession,

    /// <summary>A write that is sent as it came, with a session or token of its client or with none.</summary>
    Plain,

    /// <summary>
    /// A poll for changes that any replica has. It may wait there for seconds, so nothing else waits for it, nor it for anything else. It is
    /// sent once; when that fails it is refused, and whoever watches polls again.
    /// </summary>
    Aside,
}
