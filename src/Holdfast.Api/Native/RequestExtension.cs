using System.Buffers.Binary;

namespace Holdfast.Api;

/// <summary>
/// The fields of a request that most requests do not have: each a type (u8), a length (u16) and so many bytes, at most one of a type.
/// <code>1 expiry: kind u8, milliseconds i64</code>
/// A field of an unknown type is skipped when the type is 128 or above. Below, it could change what the request means: the request is
/// then one for an operation that this version does not know.
/// </summary>
internal static class RequestExtension
{
    private const int FieldHeaderBytes = 3;
    private const byte FirstSkippableType = 128;
    private const byte ExpiryType = 1;
    private const int ExpiryBytes = 9;

    public static int SizeOf(in Request request) => request.Expiry.Kind == ExpiryKind.Never ? 0 : FieldHeaderBytes + ExpiryBytes;

    /// <summary>Writes the fields into a span of exactly <see cref="SizeOf"/> bytes.</summary>
    public static void Write(in Request request, Span<byte> output)
    {
        if (output.IsEmpty)
        {
            return;
        }

        output[0] = ExpiryType;
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], ExpiryBytes);
        output[FieldHeaderBytes] = (byte)request.Expiry.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(output[(FieldHeaderBytes + 1)..], request.Expiry.Milliseconds);
    }

    public static bool TryRead(ReadOnlySpan<byte> input, ref Request request)
    {
        while (!input.IsEmpty)
        {
            if (input.Length < FieldHeaderBytes)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(input[1..]);
            if (input.Length - FieldHeaderBytes < length || !TryReadField(input[0], input.Slice(FieldHeaderBytes, length), ref request))
            {
                return false;
            }

            input = input[(FieldHeaderBytes + length)..];
        }

        return true;
    }

    private static bool TryReadField(byte type, ReadOnlySpan<byte> field, ref Request request)
    {
        if (type != ExpiryType)
        {
            request.Operation = type < FirstSkippableType ? default : request.Operation;
            return true;
        }

        if (field.Length != ExpiryBytes || request.Expiry.Kind != ExpiryKind.Never)
        {
            return false;
        }

        request.Expiry = new Expiry((ExpiryKind)field[0], BinaryPrimitives.ReadInt64LittleEndian(field[1..]));
        return request.Expiry is { Kind: ExpiryKind.After or ExpiryKind.At or ExpiryKind.Keep, Milliseconds: >= 0 };
    }
}
