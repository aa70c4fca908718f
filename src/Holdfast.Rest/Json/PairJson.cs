using System.Text.Json;
using System.Text.Unicode;
using Holdfast.Api;
using Holdfast.Primitives;

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
            WriteValue(json, item.Value);
        }

        json.WriteNumber("revision"u8, item.Revision.Value);
        WriteTimeToLive(json, item.TimeToLiveMs);
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

    /// <summary>Writes a value as text, or in base64, and its encoding.</summary>
    public static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        if (Utf8.IsValid(value))
        {
            json.WriteString("value"u8, value);
            json.WriteString("encoding"u8, "utf8"u8);
        }
        else
        {
            json.WriteBase64String("value"u8, value);
            json.WriteString("encoding"u8, Base64);
        }
    }

    /// <summary>Writes a revision; null when there is none.</summary>
    public static void WriteRevision(Utf8JsonWriter json, Revision revision)
    {
        if (revision == Revision.None)
        {
            json.WriteNull("revision"u8);
        }
        else
        {
            json.WriteNumber("revision"u8, revision.Value);
        }
    }

    /// <summary>Writes how long a key has to live; null when for ever.</summary>
    public static void WriteTimeToLive(Utf8JsonWriter json, ulong milliseconds)
    {
        if (milliseconds > 0)
        {
            json.WriteNumber("ttl"u8, milliseconds);
        }
        else
        {
            json.WriteNull("ttl"u8);
        }
    }
}
