using System.Buffers.Binary;
using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>
/// The receiving side of a connection of another node: checks its preamble and delivers its frames in place. One for each
/// connection. What breaks the framing closes the connection and is reported as <see cref="RefusalReason.MalformedFrame"/>.
/// </summary>
public sealed class PeerConnectionHandler(IFrameReceiver receiver) : IConnectionHandler
{
    private bool _isGreeted;

    /// <inheritdoc/>
    public int InputLimit => PeerTransportOptions.MaxFrameBytes + PeerFraming.LengthBytes + 1;

    /// <inheritdoc/>
    public void OnOpen(LoopConnection connection)
    {
        // Frames go one way only: there is nothing to say.
    }

    /// <inheritdoc/>
    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        if (!_isGreeted)
        {
            if (data.Length < PeerFraming.PreambleBytes)
            {
                return 0;
            }

            if (!PeerFraming.IsPreamble(data))
            {
                return Refuse(connection, data);
            }

            _isGreeted = true;
            consumed = PeerFraming.PreambleBytes;
        }

        return consumed + Deliver(connection, data[consumed..]);
    }

    /// <inheritdoc/>
    public void OnClosed(LoopConnection connection, CloseReason reason)
    {
        // The other node connects again; what was lost on the way is the engine's to repeat.
    }

    private int Deliver(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        while (data.Length - consumed >= PeerFraming.LengthBytes && connection.IsOpen)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(data[consumed..]);
            if (length > PeerTransportOptions.MaxFrameBytes)
            {
                return Refuse(connection, data);
            }

            int end = PeerFraming.LengthBytes + (int)length;
            if (data.Length - consumed < end)
            {
                connection.Await(end);
                break;
            }

            receiver.OnFrame(data.Slice(consumed + PeerFraming.LengthBytes, (int)length));
            consumed += end;
        }

        return consumed;
    }

    private static int Refuse(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        connection.Loop.Options.Observer.OnRefused(connection.RemoteEndPoint, RefusalReason.MalformedFrame);
        connection.Abort();
        return data.Length;
    }
}
