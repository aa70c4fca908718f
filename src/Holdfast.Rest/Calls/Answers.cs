using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Rest.Calls;

/// <summary>Writes whole answers. Streamed ones are written by their handlers.</summary>
internal static class Answers
{
    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    private const int FlushBytes = 64 * 1024;

    /// <summary>JSON that is never embedded in a page needs no escapes beyond JSON's own.</summary>
    public static JsonWriterOptions JsonOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>
    /// Sets what holds for every answer: values and errors are what they say and not what a browser guesses, and no cache on the
    /// way keeps what would be stale.
    /// </summary>
    public static void SetCommonHeaders(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>Answers with a body of JSON.</summary>
    public static Task WriteJsonAsync<T>(this HttpResponse response, int status, T body, JsonTypeInfo<T> type)
    {
        response.StatusCode = status;
        response.ContentType = Json;
        return response.WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(body, type));
    }

    /// <summary>Answers with a problem. <paramref name="isWrite"/>: the call would have changed something.</summary>
    public static Task WriteProblemAsync(this HttpResponse response, Problem problem, bool isWrite)
    {
        SetCommonHeaders(response);
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        if (problem.RetryAfterMs is { } delayMs)
        {
            // In whole seconds: at least one, since zero would ask for a busy loop.
            response.Headers.RetryAfter = Math.Max(1, (delayMs + 999UL) / 1000).ToString();
        }

        if (problem.Allow is not null)
        {
            response.Headers.Allow = problem.Allow;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            problem.Write(json, isWrite);
        }

        return response.WriteBytesAsync(buffer.WrittenMemory);
    }

    /// <summary>
    /// Writes a whole body; a long one in parts, waiting for the client's socket between them. Once it has flushed, the server
    /// flushes no more by itself, so the last part is flushed like the others; a short body goes out with its headers.
    /// </summary>
    public static async Task WriteBytesAsync(this HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return;
        }

        if (body.Length <= FlushBytes)
        {
            response.BodyWriter.Write(body.Span);
            return;
        }

        for (; !body.IsEmpty; body = body[Math.Min(FlushBytes, body.Length)..])
        {
            await response.BodyWriter.WriteAsync(body[..Math.Min(FlushBytes, body.Length)], response.HttpContext.RequestAborted);
        }
    }
}
