using System.Buffers;
using System.Text.Json;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Bulk;

/// <summary>An array that is sent in parts as it grows, no faster than the client reads; a short one whole, with its length.</summary>
internal sealed class BulkOutput : IDisposable
{
    private const int PartBytes = 64 * 1024;

    private readonly RestCall _call;
    private readonly ArrayBufferWriter<byte> _part = new();

    /// <summary>Begins the array.</summary>
    public BulkOutput(RestCall call)
    {
        _call = call;
        Json = new Utf8JsonWriter(_part, Answers.JsonOptions);
        Json.WriteStartArray();
    }

    /// <summary>Where items are written.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Sends what was written once it is worth sending.</summary>
    public async ValueTask SendAsync()
    {
        await Json.FlushAsync(_call.Aborted);
        if (_part.WrittenCount >= PartBytes)
        {
            _call.Response.ContentType = Answers.Json;
            await _call.Response.Body.WriteAsync(_part.WrittenMemory, _call.Aborted);
            _part.ResetWrittenCount();
        }
    }

    /// <summary>Ends the array and sends what is left.</summary>
    public async ValueTask EndAsync()
    {
        Json.WriteEndArray();
        await Json.FlushAsync(_call.Aborted);
        if (_call.Response.HasStarted)
        {
            await _call.Response.Body.WriteAsync(_part.WrittenMemory, _call.Aborted);
            return;
        }

        _call.Response.ContentType = Answers.Json;
        await _call.Response.WriteBytesAsync(_part.WrittenMemory);
    }

    /// <summary>Ends an array that broke off: the problem is the answer, or there is one already, which must not look whole.</summary>
    public Problem? Fail(Problem problem)
    {
        if (!_call.Response.HasStarted)
        {
            return problem;
        }

        _call.Http.Abort();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
