using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Rest.KeyValue;

/// <summary>The writes of one key. Each handler answers and returns null, or returns why not. Thread-safe.</summary>
internal sealed class KeyWrites(IRequestGate gate, GateCallPool calls)
{
    /// <summary><c>PUT /v1/kv/{key}</c>, body = value; <c>?ttl=</c>.</summary>
    public ValueTask<Problem?> PutAsync(RestCall call) => StoreAsync(call, Operation.Put, "key", "ttl");

    /// <summary><c>POST /put?key=K</c>, body = value, or <c>&amp;value=V</c>.</summary>
    public ValueTask<Problem?> PutShortAsync(RestCall call) => StoreAsync(call, Operation.Put, "key", "value", "ttl");

    /// <summary><c>POST /append?key=K</c>, body = what is appended, or <c>&amp;value=V</c>.</summary>
    public ValueTask<Problem?> AppendShortAsync(RestCall call) => StoreAsync(call, Operation.Append, "key", "value");

    /// <summary><c>POST /v1/kv/{key}?op=append|increment</c>.</summary>
    public ValueTask<Problem?> PostAsync(RestCall call) => call.Query.Text("op") switch
    {
        "append" => StoreAsync(call, Operation.Append, "key", "op"),
        "increment" => IncrementAsync(call),
        _ => new(Problem.Of(FaultCode.BadRequest, "A POST to a key has ?op=append or ?op=increment.")),
    };

    /// <summary><c>DELETE /v1/kv/{key}</c>.</summary>
    public async ValueTask<Problem?> DeleteAsync(RestCall call)
    {
        if (KeyQuestion.OfWrite(call, ["key"], out KeyQuestion question) is { } refusal)
        {
            return refusal;
        }

        if (question.Flags == RequestFlags.IfAbsent)
        {
            return Problem.Of(FaultCode.BadRequest, "A delete takes If-Match alone.");
        }

        using GateCall gateCall = calls.Rent();
        if (await question.AskAsync(call, gateCall, Operation.Delete) is { } problem)
        {
            return problem;
        }

        await AnswerDeleted(call, gateCall.Reply);
        return null;
    }

    private async ValueTask<Problem?> StoreAsync(RestCall call, Operation operation, params string[] parameters)
    {
        if (KeyQuestion.OfWrite(call, parameters, out KeyQuestion question) is { } refusal)
        {
            return refusal;
        }

        if (CallOptions.ReadTimeToLive(call, out Expiry expiry) is { } badTimeToLive)
        {
            return badTimeToLive;
        }

        question = question with { Expiry = expiry };
        using var body = new RequestBody();
        if (await ReadValueAsync(call, body) is { } invalid)
        {
            return invalid;
        }

        using GateCall gateCall = calls.Rent();
        if (await question.AskAsync(call, gateCall, operation, body.Bytes) is { } problem)
        {
            return problem;
        }

        await AnswerStored(call, operation, gateCall.Reply);
        return null;
    }

    private async ValueTask<Problem?> IncrementAsync(RestCall call)
    {
        if (KeyQuestion.OfWrite(call, ["key", "op", "by"], out KeyQuestion question) is { } refusal)
        {
            return refusal;
        }

        if (!long.TryParse(call.Query.Text("by") ?? "1", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long by))
        {
            return Problem.Of(FaultCode.BadRequest, "'by' is an integer of 64 bits.");
        }

        using GateCall gateCall = calls.Rent();
        if (await question.AskAsync(call, gateCall, Operation.Increment, argument: by) is { } problem)
        {
            return problem;
        }

        await AnswerIncremented(call, gateCall.Reply);
        return null;
    }

    private async ValueTask<Problem?> ReadValueAsync(RestCall call, RequestBody body)
    {
        if (!call.Query.TryGet("value", out byte[]? value))
        {
            return await body.ReadAsync(call, gate.MaxValueBytes, "A value");
        }

        body.Set(value);
        return call.Http.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
            ? Problem.Of(FaultCode.BadRequest, "The value is the body or ?value=, not both.")
            : null;
    }

    private static Task AnswerStored(RestCall call, Operation operation, in Reply reply)
    {
        call.NameRevision(reply);
        bool created = reply.Flags.HasFlag(ReplyFlags.Created);
        return operation == Operation.Put
            ? call.Response.WriteJsonAsync(created ? 201 : 200, new PutBody(reply.Revision.Value, created), RestJson.Default.PutBody)
            : call.Response.WriteJsonAsync(200, new AppendBody(reply.Revision.Value, reply.Number, created), RestJson.Default.AppendBody);
    }

    private static Task AnswerIncremented(RestCall call, in Reply reply)
    {
        call.NameRevision(reply);
        return call.Response.WriteJsonAsync(200, new IncrementBody(reply.Revision.Value, reply.Number), RestJson.Default.IncrementBody);
    }

    /// <summary>An absent key has no revision, and the removal's is not an entity's, so it has no ETag.</summary>
    private static Task AnswerDeleted(RestCall call, in Reply reply)
    {
        bool found = reply.Flags.HasFlag(ReplyFlags.Found);
        return call.Response.WriteJsonAsync(
            200, new DeleteBody(found ? 1 : 0, found ? reply.Revision.Value : null), RestJson.Default.DeleteBody);
    }
}
