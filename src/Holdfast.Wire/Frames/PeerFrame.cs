using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Wire.Frames;

/// <summary>What a frame between nodes carries. The numbers are on the wire: never change or reuse one.</summary>
public enum FrameKind : byte
{
    /// <summary>A <see cref="Control.Hello"/>.</summary>
    Hello = 1,

    /// <summary>Consensus messages of any number of groups.</summary>
    Consensus = 2,

    /// <summary>The heartbeats of all groups that the sender leads and the receiver follows.</summary>
    Heartbeats = 3,

    /// <summary>The answer to <see cref="Heartbeats"/>.</summary>
    HeartbeatAnswer = 4,

    /// <summary>Forwarded requests in the native protocol.</summary>
    Requests = 5,

    /// <summary>Their replies in the native protocol.</summary>
    Replies = 6,

    /// <summary>A <see cref="Control.NodeReport"/>.</summary>
    Report = 7,
}

/// <summary>
/// The head of every frame between nodes (version 1, little-endian). The incarnation says which data directory speaks: a
/// receiver ignores what does not come from the one on record, so a wiped node's votes and acknowledgements never count.
/// <code> 0 u8 version   1 u8 kind   2 u16 zero   4 u32 from   8 u64 incarnation   16 u64 cluster tag   24 body</code>
/// </summary>
public readonly record struct PeerFrame(FrameKind Kind, NodeId From, Incarnation Incarnation, ulong ClusterTag)
{
    /// <summary>The bytes before the body.</summary>
    public const int HeaderBytes = 24;

    private const byte FormatVersion = 1;

    /// <summary>Encodes the head; the body follows it.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> span = output.GetSpan(HeaderBytes)[..HeaderBytes];
        span.Clear();
        span[0] = FormatVersion;
        span[1] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], From.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Incarnation.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], ClusterTag);
        output.Advance(HeaderBytes);
    }

    /// <summary>Reads the head and gives the body; false when it is too short or of another version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out PeerFrame header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (frame.Length < HeaderBytes || frame[0] != FormatVersion)
        {
            return false;
        }

        header = new PeerFrame(
            (FrameKind)frame[1],
            new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(frame[4..])),
            new Incarnation(BinaryPrimitives.ReadUInt64LittleEndian(frame[8..])),
            BinaryPrimitives.ReadUInt64LittleEndian(frame[16..]));
        body = frame[HeaderBytes..];
        return true;
    }
}
