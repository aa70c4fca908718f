using System.Buffers;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Cli.Output;

namespace Holdfast.Cli.Pairs;

/// <summary>
/// One pair a line: <c>{"key":"k","value":"v"}</c>, with <c>"key_encoding":"base64"</c> and <c>"encoding":"base64"</c> for a key and a
/// value that are not UTF-8, and <c>"ttl":30000</c>, in ms, for one that expires.
/// </summary>
internal static class PairFormat
{
    /// <summary>Writes a pair and the end of its line.</summary>
    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, TimeSpan? timeToLive)
    {
        writer.Reset(output);
        writer.WriteStartObject();
        if (!JsonText.WriteBytes(writer, "key", key))
        {
            writer.WriteString("key_encoding", "base64");
        }

        if (!JsonText.WriteBytes(writer, "value", value))
        {
            writer.WriteString("encoding", "base64");
        }

        if (timeToLive is { } left)
        {
            writer.WriteNumber("ttl", (long)left.TotalMilliseconds);
        }

        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n"u8);
    }

    /// <summary>Reads one line without its end.</summary>
    /// <exception cref="FormatException">It is no pair; the message says why.</exception>
    public static (byte[] Key, byte[] Value, TimeSpan? TimeToLive) Read(in ReadOnlySequence<byte> line)
    {
        try
        {
            return ReadObject(line);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-8, or half of a surrogate pair.
            throw new FormatException("it is not a JSON object with text of UTF-8", exception);
        }
    }

    private static (byte[] Key, byte[] Value, TimeSpan? TimeToLive) ReadObject(in ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, isFinalBlock: true, default);
        byte[]? key = null;
        byte[]? value = null;
        bool keyBase64 = false;
        bool valueBase64 = false;
        TimeSpan? timeToLive = null;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "key": key = Text(ref reader, name); break;
                case "value": value = Text(ref reader, name); break;
                case "key_encoding": keyBase64 = IsBase64(ref reader, name); break;
                case "encoding": valueBase64 = IsBase64(ref reader, name); break;
                case "ttl": timeToLive = TimeToLive(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        Expect(reader.TokenType == JsonTokenType.EndObject && !reader.Read(), "something follows the object");
        Expect(key is not null, "the \"key\" is missing");
        Expect(value is not null, "the \"value\" is missing");
        key = keyBase64 ? Decode(key!, "key") : key!;
        Expect(key.Length is > 0 and <= Limits.MaxKeyBytes, $"the key has {key.Length} bytes; keys are 1 to {Limits.MaxKeyBytes} bytes");
        return (key, valueBase64 ? Decode(value!, "value") : value!, timeToLive);
    }

    private static byte[] Text(ref Utf8JsonReader reader, string name)
    {
        Expect(reader.TokenType == JsonTokenType.String, $"the \"{name}\" is not a string");
        byte[] buffer = new byte[reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length];
        int length = reader.CopyString(buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }

    private static TimeSpan? TimeToLive(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        long milliseconds = 0;
        Expect(
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out milliseconds)
                && milliseconds > 0 && milliseconds <= (long)TimeSpan.MaxValue.TotalMilliseconds,
            "the \"ttl\" is neither null nor a positive number of milliseconds");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private static bool IsBase64(ref Utf8JsonReader reader, string name)
    {
        string? encoding = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        Expect(encoding is "utf8" or "base64", $"the \"{name}\" is neither \"utf8\" nor \"base64\"");
        return encoding == "base64";
    }

    private static byte[] Decode(byte[] text, string name)
    {
        byte[] bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        OperationStatus status = System.Buffers.Text.Base64.DecodeFromUtf8(text, bytes, out _, out int written);
        Expect(status == OperationStatus.Done, $"the \"{name}\" is not base64");
        return bytes[..written];
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }
}
