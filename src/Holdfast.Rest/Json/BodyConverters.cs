using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;

namespace Holdfast.Rest.Json;

/// <summary>Reads a string as its bytes in UTF-8, as they come.</summary>
internal sealed class TextBytesConverter : JsonConverter<byte[]>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new BodyException("Keys and values are strings.");
        }

        byte[] buffer = new byte[reader.ValueSpan.Length];
        try
        {
            int length = reader.CopyString(buffer);
            return length == buffer.Length ? buffer : buffer[..length];
        }
        catch (InvalidOperationException)
        {
            throw new BodyException("A string is not Unicode.");
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Reads a revision: an integer below 2^53. Null is none, for it could be meant as "absent" or as "any".</summary>
internal sealed class RevisionConverter : JsonConverter<Revision?>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Revision? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out ulong value) && value <= CallOptions.MaxRevision
            ? new Revision(value)
            : throw new BodyException("A revision is an integer below 2^53, and 0 for an absent key.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Revision? value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value!.Value.Value);
}

/// <summary>A time to live as a body gives it.</summary>
/// <param name="Milliseconds">The milliseconds; not positive when what was given is none.</param>
[JsonConverter(typeof(TimeToLiveConverter))]
internal readonly record struct TimeToLive(long Milliseconds);

/// <summary>Reads a time to live: an integer in ms, or a string such as <c>30s</c>.</summary>
internal sealed class TimeToLiveConverter : JsonConverter<TimeToLive>
{
    private const int MaxChars = 32;

    /// <inheritdoc/>
    public override TimeToLive Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        long milliseconds = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            milliseconds = reader.TryGetInt64(out long number) && number <= Durations.MaxMs ? number : 0;
        }
        else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxChars && !reader.ValueIsEscaped)
        {
            Span<char> text = stackalloc char[MaxChars];
            text = text[..reader.CopyString(text)];
            milliseconds = Durations.TryRead(text, out long read) ? read : 0;
        }
        else
        {
            reader.Skip();
        }

        return new TimeToLive(milliseconds);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeToLive value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Milliseconds);
}
