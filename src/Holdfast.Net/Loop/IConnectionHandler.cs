namespace Holdfast.Net.Loop;

/// <summary>
/// The protocol side of one connection. All calls come from the loop's thread. An exception closes this connection alone and
/// is reported to <see cref="INetworkObserver"/>; a broken invariant stops the loop.
/// </summary>
public interface IConnectionHandler
{
    /// <summary>How many unconsumed bytes the loop may hold; a connection that needs more is closed. Positive.</summary>
    int InputLimit { get; }

    /// <summary>The connection is open, and may be written to. First call.</summary>
    void OnOpen(LoopConnection connection);

    /// <summary>
    /// Takes bytes that came. <paramref name="data"/> is everything not yet consumed, valid during the call only. Returns how
    /// many bytes were consumed, from the front; the rest comes again with more, or after <see cref="LoopConnection.Resume"/>
    /// or once high output has drained (<see cref="LoopConnection.IsOutputHigh"/>).
    /// </summary>
    int OnData(LoopConnection connection, ReadOnlySpan<byte> data);

    /// <summary>
    /// The other side will send no more, though it may still read. A handler that still owes replies overrides this and closes
    /// when it has written them.
    /// </summary>
    void OnEndOfInput(LoopConnection connection) => connection.Close();

    /// <summary>Output that had to wait for the other side to read has all gone to the kernel.</summary>
    void OnDrained(LoopConnection connection)
    {
    }

    /// <summary>The connection is gone, whoever closed it. Last call, once, never from inside another call.</summary>
    void OnClosed(LoopConnection connection, CloseReason reason);
}

/// <summary>Why a connection closed.</summary>
public enum CloseReason
{
    /// <summary>The handler, or the owner of the connection, closed it.</summary>
    Requested,

    /// <summary>The other side reset it, or the network failed; <see cref="LoopConnection.LastErrno"/> says more.</summary>
    Reset,

    /// <summary>The attempt to connect failed; <see cref="LoopConnection.LastErrno"/> says more.</summary>
    ConnectFailed,

    /// <summary>More unconsumed bytes came than <see cref="IConnectionHandler.InputLimit"/> allows.</summary>
    InputLimit,

    /// <summary>More output waited than <see cref="LoopConnection.OutputLimit"/> allows: the other side reads too slowly.</summary>
    OutputLimit,

    /// <summary>The handler threw.</summary>
    HandlerFailed,

    /// <summary>The loop stopped.</summary>
    LoopStopped,
}
