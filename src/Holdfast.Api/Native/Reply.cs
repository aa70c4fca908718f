using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// One reply in the native protocol, read in place. The format (version 1, little-endian):
/// <code>
///  0 u32 length of what follows    4 u8 version   5 u8 fault (0: none)   6 u8 outcome   7 u8 flags   8 u64 id
/// 16 u64 revision   24 i64 number   32 u64 remaining time to live in ms (0: none)   40 u32 served by   44 u32 partition
/// 48 u32 retry after in ms   52 u32 payload length   56 payload
/// </code>
/// </summary>
public ref struct Reply
{
    /// <summary>The bytes before the payload.</summary>
    public const int HeaderBytes = 56;

    private const byte FormatVersion = 1;

    /// <summary>Why the request failed; <see cref="FaultCode.None"/> when it did not.</summary>
    public FaultCode Fault;

    /// <summary>Whether the request took effect.</summary>
    public Outcome Outcome;

    /// <summary>What was found and done.</summary>
    public ReplyFlags Flags;

    /// <summary>The number of the request.</summary>
    public ulong Id;

    /// <summary>The key's revision, after a write; of a failed condition the actual one; of a clear the bound to go on with.</summary>
    public Revision Revision;

    /// <summary>The value's length (get, measure, append), the sum (increment), the keys deleted, the count, the next cursor, or the revision to go on from (changes).</summary>
    public long Number;

    /// <summary>The remaining time to live in ms; zero when the key does not expire.</summary>
    public ulong TimeToLiveMs;

    /// <summary>The node whose replica answered.</summary>
    public NodeId ServedBy;

    /// <summary>The partition that was asked.</summary>
    public PartitionId Partition;

    /// <summary>When a retry makes sense, in ms.</summary>
    public uint RetryAfterMs;

    /// <summary>The value, a page of items (<see cref="PageItem"/>), the key to go on with, or a fault's detail in UTF-8.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>The fault as a value of its own, for front ends that keep it.</summary>
    public readonly Fault ToFault() => new(Fault, Outcome, Encoding.UTF8.GetString(Payload), Revision, RetryAfterMs);

    /// <summary>Encodes this reply.</summary>
    public readonly void Write(IBufferWriter<byte> output)
    {
        int size = HeaderBytes + Payload.Length;
        Span<byte> span = output.GetSpan(size);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)(size - sizeof(uint)));
        span[4] = FormatVersion;
        span[5] = (byte)Fault;
        span[6] = (byte)Outcome;
        span[7] = (byte)Flags;
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[24..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], TimeToLiveMs);
        BinaryPrimitives.WriteUInt32LittleEndian(span[40..], ServedBy.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(span[44..], Partition.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(span[48..], RetryAfterMs);
        BinaryPrimitives.WriteUInt32LittleEndian(span[52..], (uint)Payload.Length);
        Payload.CopyTo(span[HeaderBytes..]);
        output.Advance(size);
    }

    /// <summary>Reads the first reply of <paramref name="input"/>; the statuses are those of <see cref="Request.TryRead"/>.</summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> input, out Reply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (input.Length < sizeof(uint))
        {
            return OperationStatus.NeedMoreData;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(input);
        if (length is < HeaderBytes - sizeof(uint) or > NativeProtocol.MaxMessageBytes)
        {
            return OperationStatus.InvalidData;
        }

        if (input.Length - sizeof(uint) < length)
        {
            return OperationStatus.NeedMoreData;
        }

        consumed = sizeof(uint) + (int)length;
        return Decode(input[..consumed], ref reply) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private static bool Decode(ReadOnlySpan<byte> frame, ref Reply reply)
    {
        uint payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(frame[52..]);
        if (frame[4] != FormatVersion || HeaderBytes + (long)payloadLength != frame.Length)
        {
            return false;
        }

        reply.Fault = (FaultCode)frame[5];
        reply.Outcome = (Outcome)frame[6];
        reply.Flags = (ReplyFlags)frame[7];
        reply.Id = BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]);
        reply.Revision = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(frame[16..]));
        reply.Number = BinaryPrimitives.ReadInt64LittleEndian(frame[24..]);
        reply.TimeToLiveMs = BinaryPrimitives.ReadUInt64LittleEndian(frame[32..]);
        reply.ServedBy = new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(frame[40..]));
        reply.Partition = new PartitionId(BinaryPrimitives.ReadUInt32LittleEndian(frame[44..]));
        reply.RetryAfterMs = BinaryPrimitives.ReadUInt32LittleEndian(frame[48..]);
        reply.Payload = frame[HeaderBytes..];
        return true;
    }
}

/// <summary>What a reply says besides its numbers. The bits are on the wire: never change or reuse one.</summary>
[Flags]
public enum ReplyFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The key existed: before a write, or when it was read.</summary>
    Found = 1 << 0,

    /// <summary>The write created the key.</summary>
    Created = 1 << 1,

    /// <summary>There is more to list, scan or clear.</summary>
    More = 1 << 2,

    /// <summary>Changes that were asked for are not kept any more.</summary>
    Gap = 1 << 3,

    /// <summary>The write was not carried out since its result, which its session or token asks for, can't be kept.</summary>
    NotKept = 1 << 4,
}
