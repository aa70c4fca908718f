using Holdfast.Api;

namespace Holdfast.Resp;

/// <summary>
/// One connection that speaks the Redis protocol, without I/O: bytes in, bytes out. Commands become requests to the gate;
/// their replies come in any order and go out in the order of the commands. Used by one thread at a time, which is also the
/// one that calls <see cref="OnReplies"/>.
/// </summary>
public sealed class RespSession : IReplySink, IDisposable
{
    private readonly IRequestSession _gate;

    /// <summary>Opens a session on the server's gate and makes it known to CLIENT LIST.</summary>
    public RespSession(RespOptions options, RespServer server, IRespOutput output, RespEndpoints endpoints = default)
    {
        _gate = server.Gate.Open(this);
    }

    /// <summary>
    /// Whether <see cref="Consume"/> can make progress now. The host stops reading from the connection while it is false,
    /// keeps what was not consumed, and offers that again when it turns true.
    /// </summary>
    public bool WantsInput => true;

    /// <summary>Whether the connection ends once the output is sent (QUIT, protocol error). Nothing more is consumed or written then.</summary>
    public bool CloseAfterFlush => false;

    /// <summary>
    /// The least length of input, with what was not consumed, at which the next <see cref="Consume"/> can make progress; at
    /// least 1. The host sizes its buffer by it, and need not call earlier.
    /// </summary>
    public int NeededBytes => 1;

    /// <summary>
    /// Carries out as many commands as are whole and as back-pressure allows, and returns the number of bytes used up. The
    /// rest must be given again, unchanged, with more bytes behind it: parsing goes on where it stopped.
    /// </summary>
    public int Consume(ReadOnlySpan<byte> input) => input.Length;

    /// <inheritdoc/>
    public void OnReplies(ReadOnlySpan<byte> replies)
    {
    }

    /// <summary>Closes the session: outstanding replies are dropped, requests already sent may still take effect.</summary>
    public void Dispose() => _gate.Dispose();
}
