using System.Buffers.Binary;

namespace Holdfast.Keyspace;

/// <summary>
/// The keys of the records in a <see cref="SessionTable"/>. A session's results follow it in key order, by their numbers.
/// <code>
/// session  1 u8, id u64 big-endian
/// result   1 u8, id u64 big-endian, sequence u64 big-endian
/// token    2 u8, token
/// </code>
/// </summary>
internal static class SessionKey
{
    public const int SessionSize = 1 + sizeof(ulong);
    public const int ResultSize = SessionSize + sizeof(ulong);
    public const int MaxTokenSize = 1 + CommandOrigin.MaxTokenBytes;

    private const byte SessionMark = 1;
    private const byte TokenMark = 2;

    /// <summary>Writes a result's key, which begins with its session's.</summary>
    public static void WriteResult(Span<byte> key, ulong id, ulong sequence)
    {
        key[0] = SessionMark;
        BinaryPrimitives.WriteUInt64BigEndian(key[1..], id);
        BinaryPrimitives.WriteUInt64BigEndian(key[SessionSize..], sequence);
    }

    /// <summary>Writes a token's key; returns its bytes.</summary>
    public static int WriteToken(Span<byte> key, ReadOnlySpan<byte> token)
    {
        key[0] = TokenMark;
        token.CopyTo(key[1..]);
        return 1 + token.Length;
    }

    public static bool IsSession(ReadOnlySpan<byte> key) => key.Length == SessionSize && key[0] == SessionMark;

    public static bool IsResult(ReadOnlySpan<byte> key) => key.Length == ResultSize && key[0] == SessionMark;

    public static bool IsToken(ReadOnlySpan<byte> key) => key.Length is > 1 and <= MaxTokenSize && key[0] == TokenMark;

    /// <summary>The number in a result's key.</summary>
    public static ulong SequenceOf(ReadOnlySpan<byte> resultKey) => BinaryPrimitives.ReadUInt64BigEndian(resultKey[SessionSize..]);
}
