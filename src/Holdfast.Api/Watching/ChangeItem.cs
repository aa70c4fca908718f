using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>What happened to a key. The numbers are on the wire: never change or reuse one.</summary>
public enum ChangeKind : byte
{
    /// <summary>It has a new value, or another deadline; the change holds the whole value.</summary>
    Put = 1,

    /// <summary>It was deleted.</summary>
    Delete = 2,

    /// <summary>Its deadline came.</summary>
    Expire = 3,

    /// <summary>All keys of the partition were deleted as one change, which has no key.</summary>
    Flush = 4,
}

/// <summary>
/// One change of a partition, as a reply to <see cref="Operation.Changes"/> carries it (little-endian):
/// <code>
///  0 u8 kind   1 u8 zero   2 u16 key length   4 u32 value length   8 u64 revision   16 u64 deadline in ms since the Unix epoch (0: none)
/// 24 u64 time to live in ms (0: none)   32 key, value
/// </code>
/// </summary>
public ref struct ChangeItem
{
    /// <summary>The bytes before the key.</summary>
    public const int HeaderBytes = 32;

    /// <summary>What happened.</summary>
    public ChangeKind Kind;

    /// <summary>The partition's revision: each change has one of its own, and those of a page rise.</summary>
    public Revision Revision;

    /// <summary>When the key is to expire; zero when never.</summary>
    public ulong DeadlineMs;

    /// <summary>What was left until then when the reply was made; zero when the key does not expire.</summary>
    public ulong TimeToLiveMs;

    /// <summary>The key; empty for a flush.</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>The whole value after a put; else empty.</summary>
    public ReadOnlySpan<byte> Value;

    /// <summary>Encodes this item.</summary>
    public readonly void Write(IBufferWriter<byte> output)
    {
        int size = HeaderBytes + Key.Length + Value.Length;
        Span<byte> span = output.GetSpan(size);
        span[0] = (byte)Kind;
        span[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], (ushort)Key.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)Value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Revision.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], DeadlineMs);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], TimeToLiveMs);
        Key.CopyTo(span[HeaderBytes..]);
        Value.CopyTo(span[(HeaderBytes + Key.Length)..]);
        output.Advance(size);
    }

    /// <summary>Reads the first item of a page and moves past it; false at the page's end, or where the page is malformed.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> page, out ChangeItem item)
    {
        item = default;
        if (page.Length < HeaderBytes)
        {
            return false;
        }

        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(page[2..]);
        uint valueLength = BinaryPrimitives.ReadUInt32LittleEndian(page[4..]);
        if (page[0] is < (byte)ChangeKind.Put or > (byte)ChangeKind.Flush || HeaderBytes + keyLength + (long)valueLength > page.Length)
        {
            return false;
        }

        item.Kind = (ChangeKind)page[0];
        item.Revision = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(page[8..]));
        item.DeadlineMs = BinaryPrimitives.ReadUInt64LittleEndian(page[16..]);
        item.TimeToLiveMs = BinaryPrimitives.ReadUInt64LittleEndian(page[24..]);
        item.Key = page.Slice(HeaderBytes, keyLength);
        item.Value = page.Slice(HeaderBytes + keyLength, (int)valueLength);
        page = page[(HeaderBytes + keyLength + (int)valueLength)..];
        return true;
    }
}
