using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Rest.Idempotency;

/// <summary>What a client calls a write by, so that the write takes effect once however often it is sent; or nothing.</summary>
internal readonly struct IdempotencyKey
{
    /// <summary>What a step's number may take: a colon and ten digits.</summary>
    private const int StepBytes = 11;

    private readonly byte[]? _token;

    private IdempotencyKey(byte[] token) => _token = token;

    /// <summary>Reads <c>Idempotency-Key</c>. A write that is done in steps has a token for each, so its key is shorter.</summary>
    public static Problem? Read(RestCall call, out IdempotencyKey key, bool inSteps = false)
    {
        key = default;
        StringValues headers = call.Http.Request.Headers["Idempotency-Key"];
        if (headers.Count == 0)
        {
            return null;
        }

        int maxBytes = Limits.MaxTokenBytes - (inSteps ? StepBytes : 0);
        string text = headers.Count == 1 ? headers[0] ?? "" : "";
        if (text.Length == 0 || text.Length > maxBytes || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Problem.Of(FaultCode.BadRequest, $"Idempotency-Key comes once and has 1 to {maxBytes} visible ASCII characters here.");
        }

        key = new IdempotencyKey(System.Text.Encoding.ASCII.GetBytes(text));
        return null;
    }

    /// <summary>The key of one step of the write, counted from 1.</summary>
    public IdempotencyKey OfStep(int step) =>
        _token is null ? default : new IdempotencyKey([.. _token, .. System.Text.Encoding.ASCII.GetBytes($":{step}")]);

    /// <summary>Puts the key on a write that is else complete, with the fingerprint of what it asks.</summary>
    public void Mark(ref Request write)
    {
        if (_token is not null)
        {
            write.Token = _token;
            write.Fingerprint = Fingerprint.Of(write);
        }
    }
}
