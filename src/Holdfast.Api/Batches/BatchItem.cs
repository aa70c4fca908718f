using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// What one operation of a batch gave, read in place. The payload of a batch's reply is one for each, in order (version 1, little-endian):
/// <code>
///  0 u8 version   1 u8 fault (0: none)   2 u8 flags   3 u8 zero   4 u32 payload length   8 u64 revision   16 i64 number
/// 24 u64 length   32 u64 deadline in ms since the Unix epoch (0: none)   40 u64 remaining time to live in ms (0: none)   48 payload
/// </code>
/// </summary>
public ref struct BatchItem
{
    /// <summary>The bytes before the payload.</summary>
    public const int HeaderBytes = 48;

    private const byte FormatVersion = 1;

    /// <summary>Why the operation did nothing, in a batch that is <see cref="RequestFlags.Sequential"/>.</summary>
    public FaultCode Fault;

    /// <summary>What was found and done.</summary>
    public BatchItemFlags Flags;

    /// <summary>The revision of the key that was changed last, or of the key that was read; zero when absent.</summary>
    public Revision Revision;

    /// <summary>The sum of an increment, or how many keys were removed.</summary>
    public long Number;

    /// <summary>The value's length after a write, or of the value read.</summary>
    public long Length;

    /// <summary>When the key expires, in ms since the Unix epoch; zero when never.</summary>
    public ulong DeadlineMs;

    /// <summary>The remaining time to live in ms; zero when the key does not expire.</summary>
    public ulong TimeToLiveMs;

    /// <summary>The value read, or that before a write that was to show it.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Encodes this item.</summary>
    public readonly void Write(IBufferWriter<byte> output)
    {
        int size = HeaderBytes + Payload.Length;
        Span<byte> span = output.GetSpan(size);
        span[0] = FormatVersion;
        span[1] = (byte)Fault;
        span[2] = (byte)Flags;
        span[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)Payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(span[24..], Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], DeadlineMs);
        BinaryPrimitives.WriteUInt64LittleEndian(span[40..], TimeToLiveMs);
        Payload.CopyTo(span[HeaderBytes..]);
        output.Advance(size);
    }

    /// <summary>Reads the first item and moves on behind it. False at the end, and when what is there is no item of this version.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> items, out BatchItem item)
    {
        item = default;
        if (items.Length < HeaderBytes || items[0] != FormatVersion)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(items[4..]);
        if (items.Length - HeaderBytes < length)
        {
            return false;
        }

        item.Fault = (FaultCode)items[1];
        item.Flags = (BatchItemFlags)items[2];
        item.Revision = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(items[8..]));
        item.Number = BinaryPrimitives.ReadInt64LittleEndian(items[16..]);
        item.Length = BinaryPrimitives.ReadInt64LittleEndian(items[24..]);
        item.DeadlineMs = BinaryPrimitives.ReadUInt64LittleEndian(items[32..]);
        item.TimeToLiveMs = BinaryPrimitives.ReadUInt64LittleEndian(items[40..]);
        item.Payload = items.Slice(HeaderBytes, (int)length);
        items = items[(HeaderBytes + (int)length)..];
        return true;
    }
}

/// <summary>What an item says besides its numbers. The bits are on the wire: never change or reuse one.</summary>
[Flags]
public enum BatchItemFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The key existed before the operation; of a copy or rename, the source.</summary>
    Found = 1 << 0,

    /// <summary>The operation made a key that did not exist.</summary>
    Created = 1 << 1,

    /// <summary>The operation changed something.</summary>
    Changed = 1 << 2,

    /// <summary>There is a value to give, perhaps an empty one.</summary>
    HasPayload = 1 << 3,
}
