using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Listing;

/// <summary>Where a listing is written, pair by pair, no faster than the client reads.</summary>
internal abstract class ListingOutput(RestCall call, bool keysOnly) : IDisposable
{
    private const int FlushBytes = 32 * 1024;

    /// <summary>The media type of a listing that is one document.</summary>
    public static string DocumentType => Answers.Json;

    /// <summary>The media type of a listing that is a line a pair.</summary>
    public static string LinesType => "application/x-ndjson";

    /// <summary>The client's end.</summary>
    protected PipeWriter Writer { get; } = call.Response.BodyWriter;

    /// <summary>Writes JSON to the client.</summary>
    protected Utf8JsonWriter Json { get; } = new(call.Response.BodyWriter, Answers.JsonOptions);

    /// <summary>Whether pairs are written without their values.</summary>
    protected bool KeysOnly => keysOnly;

    /// <summary>Writes one pair.</summary>
    public abstract void Write(in PageItem item);

    /// <summary>Ends a listing that is whole up to <paramref name="next"/>, the last key when more follow; empty when none do.</summary>
    public abstract void End(ReadOnlySpan<byte> next);

    /// <summary>Ends a listing that broke off, so that the client can't take it for a whole one.</summary>
    public abstract void Fail(Problem problem);

    /// <summary>Sends what was written once it is worth sending, and waits until the client's socket takes more.</summary>
    public async ValueTask FlushAsync()
    {
        Json.Flush();
        if (Writer.UnflushedBytes >= FlushBytes)
        {
            await Writer.FlushAsync(call.Aborted);
            call.Aborted.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}

/// <summary>A listing as one JSON document: <c>{"items":[…],"next":null}</c>.</summary>
internal sealed class DocumentOutput : ListingOutput
{
    private readonly RestCall _call;

    /// <summary>Begins the document.</summary>
    public DocumentOutput(RestCall call, bool keysOnly)
        : base(call, keysOnly)
    {
        _call = call;
        Json.WriteStartObject();
        Json.WriteStartArray("items"u8);
    }

    /// <inheritdoc/>
    public override void Write(in PageItem item) => PairJson.Write(Json, item, KeysOnly);

    /// <summary>
    /// Ends the document. A <c>next</c> that is not UTF-8 is in base64, and then <c>"next_encoding":"base64"</c> follows it, as
    /// with the keys of items: <c>after</c> takes its bytes, percent-encoded.
    /// </summary>
    public override void End(ReadOnlySpan<byte> next)
    {
        Json.WriteEndArray();
        if (next.IsEmpty)
        {
            Json.WriteNull("next"u8);
        }
        else
        {
            PairJson.WriteKey(Json, "next", "next_encoding", next);
        }

        Json.WriteEndObject();
        Json.Flush();
    }

    /// <summary>A document can't say that it failed half-way, but a connection that is cut says so.</summary>
    public override void Fail(Problem problem) => _call.Http.Abort();
}

/// <summary>A listing as a JSON object a line; one that breaks off ends with <c>{"error":{…}}</c>.</summary>
internal sealed class LinesOutput(RestCall call, bool keysOnly) : ListingOutput(call, keysOnly)
{
    /// <inheritdoc/>
    public override void Write(in PageItem item)
    {
        PairJson.Write(Json, item, KeysOnly);
        EndLine();
    }

    /// <inheritdoc/>
    public override void End(ReadOnlySpan<byte> next)
    {
    }

    /// <inheritdoc/>
    public override void Fail(Problem problem)
    {
        Json.WriteStartObject();
        Json.WritePropertyName("error"u8);
        problem.Write(Json, isWrite: false);
        Json.WriteEndObject();
        EndLine();
    }

    private void EndLine()
    {
        Json.Flush();
        Json.Reset();
        Writer.Write("\n"u8);
    }
}
