using System.Buffers.Binary;

namespace Holdfast.Api;

/// <summary>
/// The fields of a request that most requests do not have: each a type (u8), a length (u16) and so many bytes, at most one of a type.
/// <code>
/// 1 expiry: kind u8, milliseconds i64
/// 2 session: id u64, sequence u64, lowest open u64
/// 3 token: fingerprint u64, 1 to 255 bytes
/// 4 session of a forwarding node, whose writes are taken in order: as 2
/// </code>
/// A field of an unknown type is skipped when the type is 128 or above. Below, it could change what the request means: the request is
/// then one for an operation that this version does not know.
/// </summary>
internal static class RequestExtension
{
    private const int FieldHeaderBytes = 3;
    private const byte FirstSkippableType = 128;
    private const byte ExpiryType = 1;
    private const int ExpiryBytes = 9;
    private const byte SessionType = 2;
    private const int SessionBytes = 24;
    private const byte TokenType = 3;
    private const byte ForwarderType = 4;

    /// <summary>The bytes that a session takes.</summary>
    public const int SessionFieldBytes = FieldHeaderBytes + SessionBytes;

    public static int SizeOf(in Request request) =>
        (request.Expiry.Kind == ExpiryKind.Never ? 0 : FieldHeaderBytes + ExpiryBytes)
        + (request.Session.IsNone ? 0 : FieldHeaderBytes + SessionBytes)
        + (request.Token.IsEmpty ? 0 : FieldHeaderBytes + sizeof(ulong) + request.Token.Length);

    /// <summary>Writes the fields into a span of exactly <see cref="SizeOf"/> bytes.</summary>
    public static void Write(in Request request, Span<byte> output)
    {
        if (output.IsEmpty)
        {
            return;
        }

        if (request.Expiry.Kind != ExpiryKind.Never)
        {
            Span<byte> field = Field(ref output, ExpiryType, ExpiryBytes);
            field[0] = (byte)request.Expiry.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(field[1..], request.Expiry.Milliseconds);
        }

        if (!request.Session.IsNone)
        {
            WriteSession(ref output, request.IsInOrder ? ForwarderType : SessionType, request.Session);
        }

        if (!request.Token.IsEmpty)
        {
            Span<byte> field = Field(ref output, TokenType, sizeof(ulong) + request.Token.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(field, request.Fingerprint);
            request.Token.CopyTo(field[sizeof(ulong)..]);
        }
    }

    /// <summary>Writes the session of a forwarding node into a span of <see cref="SessionFieldBytes"/>.</summary>
    public static void WriteForwarder(in SessionNumber session, Span<byte> output) => WriteSession(ref output, ForwarderType, session);

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

    private static void WriteSession(ref Span<byte> output, byte type, in SessionNumber session)
    {
        Span<byte> field = Field(ref output, type, SessionBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(field, session.Session);
        BinaryPrimitives.WriteUInt64LittleEndian(field[8..], session.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(field[16..], session.LowestOpen);
    }

    private static Span<byte> Field(ref Span<byte> output, byte type, int length)
    {
        output[0] = type;
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)length);
        Span<byte> field = output.Slice(FieldHeaderBytes, length);
        output = output[(FieldHeaderBytes + length)..];
        return field;
    }

    private static bool TryReadField(byte type, ReadOnlySpan<byte> field, ref Request request)
    {
        switch (type)
        {
            case ExpiryType:
                return TryReadExpiry(field, ref request);
            case ForwarderType:
                request.IsInOrder = true;
                return TryReadSession(field, ref request);
            case SessionType:
                return TryReadSession(field, ref request);
            case TokenType:
                return TryReadToken(field, ref request);
            default:
                request.Operation = type < FirstSkippableType ? default : request.Operation;
                return true;
        }
    }

    private static bool TryReadExpiry(ReadOnlySpan<byte> field, ref Request request)
    {
        if (field.Length != ExpiryBytes || request.Expiry.Kind != ExpiryKind.Never)
        {
            return false;
        }

        request.Expiry = new Expiry((ExpiryKind)field[0], BinaryPrimitives.ReadInt64LittleEndian(field[1..]));
        return request.Expiry is { Kind: ExpiryKind.After or ExpiryKind.At or ExpiryKind.Keep, Milliseconds: >= 0 };
    }

    private static bool TryReadSession(ReadOnlySpan<byte> field, ref Request request)
    {
        if (field.Length != SessionBytes || !request.Session.IsNone || !request.Token.IsEmpty)
        {
            return false;
        }

        request.Session = new SessionNumber(
            BinaryPrimitives.ReadUInt64LittleEndian(field),
            BinaryPrimitives.ReadUInt64LittleEndian(field[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(field[16..]));
        return request.Session.IsValid;
    }

    private static bool TryReadToken(ReadOnlySpan<byte> field, ref Request request)
    {
        int length = field.Length - sizeof(ulong);
        if (length is < 1 or > Limits.MaxTokenBytes || !request.Token.IsEmpty || !request.Session.IsNone)
        {
            return false;
        }

        request.Fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(field);
        request.Token = field[sizeof(ulong)..];
        return true;
    }
}
