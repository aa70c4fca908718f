namespace Holdfast.Api;

/// <summary>
/// The narrow waist: how front ends reach the store. Requests go in as bytes of the native protocol and replies come back
/// the same way, so that a front end, a forwarding node and a proxy all look alike to what is behind. Thread-safe.
/// </summary>
public interface IRequestGate
{
    /// <summary>The number of partitions; zero until the node knows its cluster.</summary>
    int PartitionCount { get; }

    /// <summary>The largest value that the cluster takes, in bytes.</summary>
    int MaxValueBytes { get; }

    /// <summary>
    /// Opens a session for one connection or caller. Requests of one session to one partition take effect in the order
    /// sent. Disposing it drops its outstanding replies; requests already sent may still take effect.
    /// </summary>
    IRequestSession Open(IReplySink sink);
}

/// <summary>One caller's way in. Used by one thread at a time.</summary>
public interface IRequestSession : IDisposable
{
    /// <summary>
    /// Hands over one or more whole, encoded requests. They are copied or carried out before this returns, and each gets
    /// exactly one reply, at its deadline at the latest. Never blocks. Ids must be unique among the session's open requests.
    /// </summary>
    void Submit(ReadOnlySpan<byte> requests);
}

/// <summary>Takes a session's replies.</summary>
public interface IReplySink
{
    /// <summary>
    /// One or more whole, encoded replies, in any order of requests; the bytes are gone after the return. Called on the
    /// engine's thread, never from within <see cref="IRequestSession.Submit"/>: it must be quick and must not block.
    /// It may submit further requests.
    /// </summary>
    void OnReplies(ReadOnlySpan<byte> replies);
}
