using System.Buffers;

namespace Holdfast.Resp;

/// <summary>
/// Where a session writes: the host's send buffer of one connection. All members but <see cref="RequestClose"/> are used on
/// the session's thread.
/// </summary>
public interface IRespOutput
{
    /// <summary>Takes the bytes for the client, in order.</summary>
    IBufferWriter<byte> Writer { get; }

    /// <summary>The bytes written to <see cref="Writer"/> that the connection has not taken yet. Above a limit the session takes no input.</summary>
    long UnsentBytes { get; }

    /// <summary>
    /// Something was written, or <see cref="RespSession.WantsInput"/> or <see cref="RespSession.CloseAfterFlush"/> may have
    /// changed. It is the last thing that the session does in a call. Out of <see cref="RespSession.OnReplies"/> the host may
    /// call <see cref="RespSession.Consume"/> from within it, and must call it soon when it holds unconsumed bytes.
    /// </summary>
    void Changed();

    /// <summary>Another connection asked that this one is closed (CLIENT KILL). Thread-safe.</summary>
    void RequestClose();
}
