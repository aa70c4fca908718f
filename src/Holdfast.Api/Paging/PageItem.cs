using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// One pair of a page, as a reply to <see cref="Operation.List"/> or <see cref="Operation.Scan"/> carries it:
/// <code> 0 u16 key length   2 u16 zero   4 u32 value length   8 u64 revision   16 u64 time to live in ms   24 key, value</code>
/// </summary>
public ref struct PageItem
{
    /// <summary>The bytes before the key.</summary>
    public const int HeaderBytes = 24;

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>The value; empty in a page of keys only.</summary>
    public ReadOnlySpan<byte> Value;

    /// <summary>The key's revision.</summary>
    public Revision Revision;

    /// <summary>The remaining time to live in ms; zero when the key does not expire.</summary>
    public ulong TimeToLiveMs;

    /// <summary>Encodes this item.</summary>
    public readonly void Write(IBufferWriter<byte> output)
    {
        int size = HeaderBytes + Key.Length + Value.Length;
        Span<byte> span = output.GetSpan(size);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)Key.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)Value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], Revision.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], TimeToLiveMs);
        Key.CopyTo(span[HeaderBytes..]);
        Value.CopyTo(span[(HeaderBytes + Key.Length)..]);
        output.Advance(size);
    }

    /// <summary>Reads the first item of a page and moves past it; false at the page's end, or where the page is malformed.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> page, out PageItem item)
    {
        item = default;
        if (page.Length < HeaderBytes)
        {
            return false;
        }

        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(page);
        uint valueLength = BinaryPrimitives.ReadUInt32LittleEndian(page[4..]);
        if (HeaderBytes + keyLength + (long)valueLength > page.Length)
        {
            return false;
        }

        item.Revision = new Revision(BinaryPrimitives.ReadUInt64LittleEndian(page[8..]));
        item.TimeToLiveMs = BinaryPrimitives.ReadUInt64LittleEndian(page[16..]);
        item.Key = page.Slice(HeaderBytes, keyLength);
        item.Value = page.Slice(HeaderBytes + keyLength, (int)valueLength);
        page = page[(HeaderBytes + keyLength + (int)valueLength)..];
        return true;
    }
}
