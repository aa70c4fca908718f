using Holdfast.Net.Loop;

namespace Holdfast.Net.Peers;

/// <summary>The receiving side of one lane of another node: checks its preamble and delivers its frames in place.</summary>
public sealed class PeerConnectionHandler(IFrameReceiver receiver) : IConnectionHandler
{
    /// <inheritdoc/>
    public int InputLimit => throw new NotSupportedException(receiver.ToString());

    /// <inheritdoc/>
    public void OnOpen(LoopConnection connection) => throw new NotSupportedException();

    /// <inheritdoc/>
    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void OnClosed(LoopConnection connection, CloseReason reason) => throw new NotSupportedException();
}
