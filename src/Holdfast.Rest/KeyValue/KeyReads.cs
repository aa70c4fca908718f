using System.Buffers;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.KeyValue;

/// <summary>The reads of one key. Each handler answers and returns null, or returns why not. Thread-safe.</summary>
internal sealed class KeyReads(GateCallPool calls)
{
    /// <summary><c>GET</c> and <c>HEAD /v1/kv/{key}</c>: the value as raw bytes, or the pair as JSON.</summary>
    public async ValueTask<Problem?> GetAsync(RestCall call)
    {
        if (KeyQuestion.OfRead(call, out KeyQuestion question) is { } refusal)
        {
            return refusal;
        }

        // The length of the JSON depends on the value, that of the raw value does not.
        bool asJson = call.Accepts(Answers.Json);
        using GateCall gateCall = calls.Rent();
        if (await question.AskAsync(call, gateCall, call.IsHead && !asJson ? Operation.Measure : Operation.Get) is { } problem)
        {
            return problem;
        }

        if (!gateCall.Reply.Flags.HasFlag(ReplyFlags.Found))
        {
            return Problem.NotFound("There is no such key.");
        }

        NameEntity(call, gateCall.Reply);
        await (asJson ? AnswerJson(call, question.Key, gateCall.Reply) : AnswerValueAsync(call, gateCall));
        return null;
    }

    private static void NameEntity(RestCall call, in Reply reply)
    {
        call.NameRevision(reply);
        if (reply.TimeToLiveMs > 0)
        {
            call.Response.Headers["Holdfast-Ttl"] = reply.TimeToLiveMs.ToString();
        }
    }

    private static Task AnswerValueAsync(RestCall call, GateCall gateCall)
    {
        // Whatever a value holds, a browser neither runs nor renders it.
        call.Response.ContentType = "application/octet-stream";
        call.Response.Headers.ContentSecurityPolicy = "sandbox";
        if (!call.IsHead)
        {
            return call.Response.WriteBytesAsync(gateCall.Payload);
        }

        call.Response.ContentLength = gateCall.Reply.Number;
        return Task.CompletedTask;
    }

    private static Task AnswerJson(RestCall call, byte[] key, in Reply reply)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Answers.JsonOptions))
        {
            var item = new PageItem { Key = key, Value = reply.Payload, Revision = reply.Revision, TimeToLiveMs = reply.TimeToLiveMs };
            PairJson.Write(json, item, keysOnly: false);
        }

        call.Response.ContentType = Answers.Json;
        return call.Response.WriteBytesAsync(buffer.WrittenMemory);
    }
}
