using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Holdfast.Client;

namespace Holdfast.Cli.Output;

/// <summary>Answers in the JSON of the HTTP API.</summary>
internal static class JsonText
{
    /// <summary>Text stays readable: only what JSON itself demands is escaped.</summary>
    public static JsonWriterOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object of plain values: null, a boolean, or an integer.</summary>
    public static string Object(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in members)
            {
                switch (value)
                {
                    case null: writer.WriteNull(name); break;
                    case bool flag: writer.WriteBoolean(name, flag); break;
                    case ulong number: writer.WriteNumber(name, number); break;
                    default: writer.WriteNumber(name, Convert.ToInt64(value)); break;
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A pair with what is known of it.</summary>
    public static string Item(ListItem item, bool keysOnly = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            if (!WriteBytes(writer, "key", item.Key))
            {
                writer.WriteString("key_encoding", "base64");
            }

            if (!keysOnly)
            {
                writer.WriteString("encoding", WriteBytes(writer, "value", item.Value) ? "utf8" : "base64");
            }

            writer.WriteNumber("revision", item.Revision.Value);
            WriteTimeToLive(writer, item.TimeToLive);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>An event of a watch: what <c>/v1/watch</c> says, with the event's name and token.</summary>
    public static string Event(WatchEvent told)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("event", told.Kind.ToString().ToLowerInvariant());
            if (told.Kind is WatchEventKind.Put or WatchEventKind.Delete or WatchEventKind.Expire)
            {
                WriteKey(writer, told);
            }

            if (told.Gap is { } gap)
            {
                writer.WriteNumber("partition", told.Partition.Value);
                writer.WriteNumber("from", gap.From.Value);
                writer.WriteNumber("to", told.Revision.Value);
                writer.WriteString("reason", gap.Reason.ToString().ToLowerInvariant());
            }
            else if (told.Kind != WatchEventKind.Progress)
            {
                writer.WriteNumber("revision", told.Revision.Value);
                writer.WriteNumber("partition", told.Partition.Value);
            }

            writer.WriteString("id", told.Token);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteKey(Utf8JsonWriter writer, WatchEvent told)
    {
        if (!WriteBytes(writer, "key", told.Key.Span))
        {
            writer.WriteString("key_encoding", "base64");
        }

        if (told.Kind == WatchEventKind.Put)
        {
            writer.WriteString("encoding", WriteBytes(writer, "value", told.Value.Span) ? "utf8" : "base64");
            WriteTimeToLive(writer, told.TimeToLive);
        }
    }

    private static void WriteTimeToLive(Utf8JsonWriter writer, TimeSpan? timeToLive)
    {
        if (timeToLive is { } left)
        {
            writer.WriteNumber("ttl", (long)left.TotalMilliseconds);
        }
        else
        {
            writer.WriteNull("ttl");
        }
    }

    /// <summary>Writes bytes as text, or as base64 when they are not UTF-8; whether it was text.</summary>
    public static bool WriteBytes(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> bytes)
    {
        bool text = Utf8.IsValid(bytes);
        if (text)
        {
            writer.WriteString(name, bytes);
        }
        else
        {
            writer.WriteBase64String(name, bytes);
        }

        return text;
    }
}
