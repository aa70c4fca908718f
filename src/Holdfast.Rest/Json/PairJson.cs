using System.Text.Json;
using System.Text.Unicode;
using Holdfast.Api;

namespace Holdfast.Rest.Json;

/// <summary>Writes pairs of key and value, as single answers and listings show them.</summary>
internal static class PairJson
{
    private const string Base64 = "base64";

    /// <summary>Writes one pair as an object; with <paramref name="keysOnly"/> without its value.</summary>
    public static void Write(Utf8JsonWriter json, in PageItem item, bool keysOnly)
    {
        json.WriteStartObject();
        WriteKey(json, "key", "key_encoding", item.Key);
        if (!keysOnly)
        {
            if (Utf8.IsValid(item.Value))
            {
                json.WriteString("value"u8, item.Value);
                json.WriteString("encoding"u8, "utf8"u8);
            }
            else
            {
                json.WriteBase64String("value"u8, item.Value);
                json.WriteString("encoding"u8, Base64);
            }
        }

        json.WriteNumber("revision"u8, item.Revision.Value);
        if (item.TimeToLiveMs > 0)
        {
            json.WriteNumber("ttl"u8, item.TimeToLiveMs);
        }
        else
        {
            json.WriteNull("ttl"u8);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a key as text, or in base64 and then with a property that says so.</summary>
    public static void WriteKey(Utf8JsonWriter json, string name, string encodingName, ReadOnlySpan<byte> key)
    {
        if (Utf8.IsValid(key))
        {
            json.WriteString(name, key);
        }
        else
        {
            json.WriteBase64String(name, key);
            json.WriteString(encodingName, Base64);
        }
    }
}
