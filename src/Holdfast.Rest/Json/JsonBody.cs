using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Json;

/// <summary>Reads a call's body as JSON.</summary>
internal static class JsonBody
{
    /// <summary>The longest body: the largest batch in base64, with room for names and escapes.</summary>
    public const int MaxBytes = 2 * Limits.MaxBatchBytes;

    /// <summary>Reads the body; a malformed one is refused with the place where it can't be read.</summary>
    public static async ValueTask<(Problem? Problem, T? Value)> ReadAsync<T>(RestCall call, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = new RequestBody();
        if (await body.ReadAsync(call, MaxBytes, "The body") is { } refusal)
        {
            return (refusal, null);
        }

        try
        {
            return JsonSerializer.Deserialize(body.Bytes, type) is { } value
                ? (null, value)
                : (Problem.Of(FaultCode.BadRequest, "The body is null."), null);
        }
        catch (JsonException malformed)
        {
            return (Problem.Of(FaultCode.BadRequest, $"{Reason(malformed)} {Place(malformed)}"), null);
        }
    }

    /// <summary>The serializer's own messages name types of this program, which help nobody.</summary>
    private static string Reason(JsonException malformed) => malformed is BodyException
        ? malformed.Message
        : "The body is not JSON, or something is missing, twice, not known, or of another kind than it should be.";

    private static string Place(JsonException malformed) => string.Create(
        CultureInfo.InvariantCulture,
        $"See {malformed.Path ?? "$"}, line {(malformed.LineNumber ?? 0) + 1}, byte {(malformed.BytePositionInLine ?? 0) + 1}.");
}

/// <summary>What a body says can't be meant; the message is for the client.</summary>
internal sealed class BodyException(string message) : JsonException(message);
