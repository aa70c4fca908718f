using System.Net;

namespace Holdfast.Net.Loop;

/// <summary>
/// Where the room reports what an operator should know; it logs nothing itself. Calls come from the loop's thread and must not
/// block or throw.
/// </summary>
public interface INetworkObserver
{
    /// <summary>
    /// An invariant broke, or the task or posted work threw: the loop has stopped and its state can't be trusted. The host ends
    /// the process.
    /// </summary>
    void OnFatal(Exception failure);

    /// <summary>A connection's handler threw; only that connection was closed.</summary>
    void OnHandlerFailed(IPEndPoint? remote, Exception failure);

    /// <summary>A connection was refused or cut by the listener.</summary>
    void OnRefused(IPEndPoint? remote, RefusalReason reason);

    /// <summary>Accepting failed (out of descriptors, for one). The listener keeps serving and tries again.</summary>
    void OnAcceptFailed(int errno);
}

/// <summary>Why a listener refused a connection.</summary>
public enum RefusalReason
{
    /// <summary>The client speaks TLS, and this port does not.</summary>
    TlsNotSupported,

    /// <summary>There are as many connections as the listener's limit allows.</summary>
    TooManyConnections,

    /// <summary>The client did not say which protocol it speaks in time.</summary>
    Silent,

    /// <summary>The client speaks a protocol that this port does not serve.</summary>
    ProtocolNotServed,

    /// <summary>A peer or native client broke the framing: bad preamble, unknown version or lane, or a frame above the limit.</summary>
    MalformedFrame,
}
