using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// One request in the native protocol, read in place. The format (version 1, little-endian):
/// <code>
///  0 u32 length of what follows    4 u8 version   5 u8 operation   6 u16 flags   8 u64 id
/// 16 u32 timeout in ms (0: 5 s)   20 u32 partition   24 u64 revision   32 i64 argument
/// 40 u16 key length   42 u16 extension length   44 u32 value length   48 extension, key, value
/// </code>
/// The extension is a sequence of fields (<see cref="RequestExtension"/>), so that a plain request pays nothing for them.
/// </summary>
public ref struct Request
{
    /// <summary>The bytes before the extension.</summary>
    public const int HeaderBytes = 48;

    private const byte FormatVersion = 1;

    /// <summary>What is asked.</summary>
    public Operation Operation;

    /// <summary>How it is to be done.</summary>
    public RequestFlags Flags;

    /// <summary>The sender's number for the request, which the reply repeats.</summary>
    public ulong Id;

    /// <summary>The milliseconds after which the sender wants an answer in any case; zero is <see cref="Limits.DefaultTimeoutMs"/>.</summary>
    public uint TimeoutMs;

    /// <summary>The partition, for operations without a key.</summary>
    public PartitionId Partition;

    /// <summary>The revision of a condition, or the bound of a <see cref="Operation.Clear"/> (zero: now).</summary>
    public Revision Revision;

    /// <summary>The increment, the limit of a listing or clear (zero: none), or the cursor of a scan, whose count is in <see cref="Revision"/>.</summary>
    public long Argument;

    /// <summary>The key; for a listing and a clear the start of the range (empty: from the first).</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>The value; for a listing and a clear the exclusive end of the range (empty: to the last).</summary>
    public ReadOnlySpan<byte> Value;

    /// <summary>When the key is to expire.</summary>
    public Expiry Expiry;

    /// <summary>What makes a write that is sent again the same write: a session's number, or none.</summary>
    public SessionNumber Session;

    /// <summary>
    /// Whether the session is a forwarding node's own, whose writes are taken in the order of their numbers: one that came without those
    /// before it is refused with <see cref="FaultCode.NoLeader"/>.
    /// </summary>
    public bool IsInOrder;

    /// <summary>
    /// A token of 1 to <see cref="Limits.MaxTokenBytes"/> bytes that makes a write that is sent again the same write, in place of a session;
    /// empty for none.
    /// </summary>
    public ReadOnlySpan<byte> Token;

    /// <summary>With a token: a hash of what is asked, so that its use for something else is noticed.</summary>
    public ulong Fingerprint;

    /// <summary>The bytes that <see cref="Write"/> produces.</summary>
    public readonly int EncodedBytes => HeaderBytes + RequestExtension.SizeOf(this) + Key.Length + Value.Length;

    /// <summary>Encodes this request.</summary>
    public readonly void Write(IBufferWriter<byte> output)
    {
        Invariant.Require(Key.Length <= ushort.MaxValue, "a request's key fits its length field");
        int size = EncodedBytes;
        int extension = RequestExtension.SizeOf(this);
        Span<byte> span = output.GetSpan(size);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)(size - sizeof(uint)));
        span[4] = FormatVersion;
        span[5] = (byte)Operation;
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], (ushort)Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Id);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], TimeoutMs);
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], Partition.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[32..], Argument);
        BinaryPrimitives.WriteUInt16LittleEndian(span[40..], (ushort)Key.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[42..], (ushort)extension);
        BinaryPrimitives.WriteUInt32LittleEndian(span[44..], (uint)Value.Length);
        RequestExtension.Write(this, span.Slice(HeaderBytes, extension));
        Key.CopyTo(span[(HeaderBytes + extension)..]);
        Value.CopyTo(span[(HeaderBytes + extension + Key.Length)..]);
        output.Advance(size);
    }

    /// <summary>
    /// Writes an encoded request that has neither a session nor a token again, under another number and in the session of a forwarding
    /// node (<see cref="IsInOrder"/>).
    /// </summary>
    /// <param name="encoded">The request.</param>
    /// <param name="id">The number that the reply is to carry.</param>
    /// <param name="timeoutMs">What is left of its time.</param>
    /// <param name="session">Its number in the session; none to write it without.</param>
    /// <param name="output">Where it is written.</param>
    public static void Forward(
        ReadOnlySpan<byte> encoded, ulong id, uint timeoutMs, in SessionNumber session, IBufferWriter<byte> output)
    {
        int added = session.IsNone ? 0 : RequestExtension.SessionFieldBytes;
        Span<byte> span = output.GetSpan(encoded.Length + added)[..(encoded.Length + added)];
        encoded[..HeaderBytes].CopyTo(span);
        encoded[HeaderBytes..].CopyTo(span[(HeaderBytes + added)..]);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], id);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], timeoutMs);
        if (added > 0)
        {
            int extension = BinaryPrimitives.ReadUInt16LittleEndian(encoded[42..]);
            BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)(span.Length - sizeof(uint)));
            BinaryPrimitives.WriteUInt16LittleEndian(span[42..], (ushort)(extension + added));
            RequestExtension.WriteForwarder(session, span[HeaderBytes..]);
        }

        output.Advance(span.Length);
    }

    /// <summary>
    /// Reads the first request of <paramref name="input"/>. <see cref="OperationStatus.NeedMoreData"/> while it is incomplete;
    /// <see cref="OperationStatus.InvalidData"/> when it can't be a request, after which the stream has lost its frame.
    /// </summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> input, out Request request, out int consumed)
    {
        request = default;
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
        return Decode(input[..consumed], ref request) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private static bool Decode(ReadOnlySpan<byte> frame, ref Request request)
    {
        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(frame[40..]);
        int extensionLength = BinaryPrimitives.ReadUInt16LittleEndian(frame[42..]);
        uint valueLength = BinaryPrimitives.ReadUInt32LittleEndian(frame[44..]);
        if (frame[4] != FormatVersion || HeaderBytes + (long)extensionLength + keyLength + valueLength != frame.Length)
        {
            return false;
        }

        request.Operation = (Operation)frame[5];
        request.Flags = (RequestFlags)BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]);
        request.Id = BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]);
        request.TimeoutMs = BinaryPrimitives.ReadUInt32LittleEndian(frame[16..]);
        request.Partition = new PartitionId(BinaryPrimitives.ReadUInt32LittleEndian(frame[20..]));
        request.Revision = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(frame[24..]));
        request.Argument = BinaryPrimitives.ReadInt64LittleEndian(frame[32..]);
        request.Key = frame.Slice(HeaderBytes + extensionLength, keyLength);
        request.Value = frame[(HeaderBytes + extensionLength + keyLength)..];
        return RequestExtension.TryRead(frame.Slice(HeaderBytes, extensionLength), ref request);
    }
}
