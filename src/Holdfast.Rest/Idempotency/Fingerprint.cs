using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Api;

namespace Holdfast.Rest.Idempotency;

/// <summary>
/// A hash of what a write asks: operation, condition, increment, expiry, key and value, and nothing of how it is sent. Partitions keep it
/// with the token, and nodes of other versions compare with it, so it never changes.
/// </summary>
internal static class Fingerprint
{
    private const int HeadBytes = 32;

    /// <summary>The first 64 bits of SHA-256: whoever can choose what is asked can't make two writes look the same.</summary>
    public static ulong Of(in Request write)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        head[0] = (byte)write.Operation;
        head[1] = (byte)write.Expiry.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)write.Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)write.Key.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], write.Revision.Value);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], write.Argument);
        BinaryPrimitives.WriteInt64LittleEndian(head[24..], write.Expiry.Milliseconds);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(write.Key);
        hash.AppendData(write.Value);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
