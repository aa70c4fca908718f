using System.Buffers;
using System.Buffers.Text;

namespace Holdfast.Rest.Json;

/// <summary>Bytes that a body gives as text or in base64.</summary>
internal static class EncodedBytes
{
    /// <summary>Decodes base64 (RFC 4648 §4, padded); false when it is none.</summary>
    public static bool TryDecodeBase64(byte[] text, out byte[] bytes)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        bool valid = Base64.DecodeFromUtf8(text, decoded, out _, out int length) == OperationStatus.Done;
        bytes = !valid ? [] : length == decoded.Length ? decoded : decoded[..length];
        return valid;
    }
}
