using System.Buffers.Binary;

namespace Holdfast.Keyspace;

/// <summary>
/// The keys of the records in a <see cref="SessionTable"/>. A session's results follow it in key order, by their numbers, and a block
/// comes before the results that it has no room for.
/// <code>
/// session  1 u8, id u64 big-endian
/// block    1 u8, id u64 big-endian, first number u64 big-endian
/// result   1 u8, id u64 big-endian, first number of its block u64 big-endian, place in the block u8
/// token    2 u8, token
/// </code>
/// </summary>
internal static class SessionKey
{
    public const int SessionSize = 1 + sizeof(ulong);
    public const int BlockSize = SessionSize + sizeof(ulong);
    public const int ResultSize = BlockSize + 1;
    public const int MaxTokenSize = 1 + CommandOrigin.MaxTokenBytes;

    private const byte SessionMark = 1;
    private const byte TokenMark = 2;

    /// <summary>Writes the key of a result of its own, which begins with its block's and that with its session's.</summary>
    public static void WriteResult(Span<byte> key, ulong id, ulong sequence)
    {
        WriteSession(key, id);
        BinaryPrimitives.WriteUInt64BigEndian(key[SessionSize..], ResultBlock.FirstOf(sequence));
        key[BlockSize] = ResultBlock.PlaceOf(sequence);
    }

    public static void WriteSession(Span<byte> key, ulong id)
    {
        key[0] = SessionMark;
        BinaryPrimitives.WriteUInt64BigEndian(key[1..], id);
    }

    /// <summary>Writes a token's key; returns its bytes.</summary>
    public static int WriteToken(Span<byte> key, ReadOnlySpan<byte> token)
    {
        key[0] = TokenMark;
        token.CopyTo(key[1..]);
        return 1 + token.Length;
    }

    public static bool IsSession(ReadOnlySpan<byte> key) => key.Length == SessionSize && key[0] == SessionMark && IdOf(key) != 0;

    public static bool IsBlock(ReadOnlySpan<byte> key) =>
        key.Length == BlockSize && key[0] == SessionMark && ResultBlock.PlaceOf(FirstOf(key)) == 0;

    public static bool IsResult(ReadOnlySpan<byte> key) =>
        key.Length == ResultSize && IsBlock(key[..BlockSize]) && key[BlockSize] < ResultBlock.Numbers;

    public static bool IsToken(ReadOnlySpan<byte> key) => key.Length is > 1 and <= MaxTokenSize && key[0] == TokenMark;

    /// <summary>Whether a well-formed key is of a session or what it keeps; then <see cref="IdOf"/> gives its id.</summary>
    public static bool IsOfSession(ReadOnlySpan<byte> key) => key[0] == SessionMark;

    public static ulong IdOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key[1..]);

    /// <summary>The highest number that a block or result may be of.</summary>
    public static ulong LastNumberOf(ReadOnlySpan<byte> key) =>
        key.Length == BlockSize ? ResultBlock.LastOf(FirstOf(key)) : FirstOf(key) | key[BlockSize];

    private static ulong FirstOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key[SessionSize..]);
}
