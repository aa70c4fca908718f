using System.Buffers;
using Holdfast.Primitives;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Peers;

/// <summary>
/// Gathers what goes to one node on one lane into frames of about 64 KiB at most, so that no bulk of one group delays another's.
/// </summary>
internal sealed class FrameBuilder(ITransport transport, PeerHandle peer, TransportLane lane, PeerFrame header)
{
    private const int FrameBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _frame = new(1024);

    /// <summary>The number of the frame that is being gathered.</summary>
    public ulong Frame { get; private set; }

    /// <summary>Called with a frame's number when the transport dropped it at once: none of it was sent.</summary>
    public Action<ulong>? Dropped { get; set; }

    /// <summary>Where the next item of a frame is written; <see cref="EndItem"/> follows.</summary>
    public ArrayBufferWriter<byte> BeginItem()
    {
        if (_frame.WrittenCount == 0)
        {
            header.Write(_frame);
        }

        return _frame;
    }

    /// <summary>Ends an item. A full frame leaves at once.</summary>
    public void EndItem()
    {
        if (_frame.WrittenCount >= FrameBytes)
        {
            Flush();
        }
    }

    /// <summary>Sends what was gathered.</summary>
    public void Flush()
    {
        if (_frame.WrittenCount == 0)
        {
            return;
        }

        bool sent = transport.Send(peer, lane, _frame.WrittenSpan);
        _frame.ResetWrittenCount();
        ulong frame = Frame++;
        if (!sent)
        {
            Dropped?.Invoke(frame);
        }
    }
}
