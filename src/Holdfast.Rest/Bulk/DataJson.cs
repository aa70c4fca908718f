using System.Text.Json;
using System.Text.Unicode;
using Holdfast.Api;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Target;

namespace Holdfast.Rest.Bulk;

/// <summary>Reads and writes bytes in the form of the short forms.</summary>
internal static class DataJson
{
    /// <summary>The bytes that the body gives as a key.</summary>
    public static Problem? ReadKey(DataBody body, out byte[] key) => Read(body, out key) ?? KeyInTarget.Check(key);

    /// <summary>The bytes that the body gives as a value.</summary>
    public static Problem? ReadValue(DataBody body, int maxBytes, out byte[] value) => Read(body, out value)
        ?? (value.Length > maxBytes ? Problem.Of(FaultCode.ValueTooLarge, $"A value has at most {maxBytes} bytes.") : null);

    /// <summary>Writes what the body gave as it came, so that the client knows it again.</summary>
    public static void Write(Utf8JsonWriter json, string name, DataBody body)
    {
        json.WriteStartObject(name);
        json.WriteString("encoding"u8, body.Encoding);
        json.WriteString("data"u8, body.Data);
        json.WriteEndObject();
    }

    /// <summary>Writes a value: as text when it is text.</summary>
    public static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WriteStartObject(name);
        if (Utf8.IsValid(value))
        {
            json.WriteString("encoding"u8, DataBody.Text);
            json.WriteString("data"u8, value);
        }
        else
        {
            json.WriteString("encoding"u8, DataBody.Binary);
            json.WriteBase64String("data"u8, value);
        }

        json.WriteEndObject();
    }

    private static Problem? Read(DataBody body, out byte[] bytes)
    {
        bytes = body.Data;
        bool valid = body.Encoding == DataBody.Text
            || (body.Encoding == DataBody.Binary && EncodedBytes.TryDecodeBase64(body.Data, out bytes));
        return valid
            ? null
            : Problem.Of(FaultCode.BadRequest, "'encoding' is 'string', or 'binary', and then 'data' is in base64.");
    }
}
