using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Idempotency;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Routing;
using Holdfast.Rest.Target;

namespace Holdfast.Rest.KeyValue;

/// <summary>What every call on one key says: the key, how, on what condition, until when, and under what name.</summary>
internal readonly record struct KeyQuestion(byte[] Key, RequestFlags Flags, uint TimeoutMs)
{
    /// <summary>The revision that the key must have, when the flags say so.</summary>
    public Revision Revision { get; init; }

    /// <summary>When the key is to expire.</summary>
    public Expiry Expiry { get; init; }

    /// <summary>What the client calls the write by.</summary>
    public IdempotencyKey Idempotency { get; init; }

    /// <summary>Reads a call that reads a key.</summary>
    public static Problem? OfRead(RestCall call, out KeyQuestion question)
    {
        question = default;
        if (ReadKey(call, ["key", "consistency"], out byte[] key) is { } badKey)
        {
            return badKey;
        }

        if (ReadOptions.Read(call, out ReadOptions options) is { } badOptions)
        {
            return badOptions;
        }

        question = new KeyQuestion(key, options.Consistency, options.TimeoutMs);
        return null;
    }

    /// <summary>Reads a call that writes a key and whose query may have the parameters <paramref name="known"/>.</summary>
    public static Problem? OfWrite(RestCall call, ReadOnlySpan<string> known, out KeyQuestion question)
    {
        question = default;
        if (ReadKey(call, known, out byte[] key) is { } badKey)
        {
            return badKey;
        }

        if (CallOptions.ReadCondition(call, out RequestFlags flags, out Revision revision) is { } badCondition)
        {
            return badCondition;
        }

        if (WriteOptions.Read(call, out WriteOptions options) is { } badOptions)
        {
            return badOptions;
        }

        question = new KeyQuestion(key, flags, options.TimeoutMs) { Revision = revision, Idempotency = options.Idempotency };
        return null;
    }

    /// <summary>Asks it; null when the reply that <paramref name="gateCall"/> then holds is no fault.</summary>
    public ValueTask<Problem?> AskAsync(
        RestCall call, GateCall gateCall, Operation operation, ReadOnlySpan<byte> value = default, long argument = 0)
    {
        var request = new Request
        {
            Operation = operation,
            Flags = Flags,
            TimeoutMs = TimeoutMs,
            Revision = Revision,
            Argument = argument,
            Key = Key,
            Value = value,
            Expiry = Expiry,
        };
        Idempotency.Mark(ref request);
        return CompleteAsync(call, gateCall, gateCall.SendAsync(request, call.Aborted));
    }

    private static async ValueTask<Problem?> CompleteAsync(RestCall call, GateCall gateCall, ValueTask sent)
    {
        await sent;
        Reply reply = gateCall.Reply;
        call.NameServer(reply);
        return reply.Fault == FaultCode.None ? null : Problem.Of(reply.ToFault());
    }

    private static Problem? ReadKey(RestCall call, ReadOnlySpan<string> known, out byte[] key)
    {
        key = [];
        if (call.Query.Check(known) is { } unknown)
        {
            return unknown;
        }

        if (!call.Target.Path.StartsWith(Paths.KeyPrefix, StringComparison.Ordinal))
        {
            return KeyInTarget.FromQuery(call.Query, out key);
        }

        return call.Query.Has("key")
            ? Problem.Of(FaultCode.BadRequest, "The key is named in the path or as ?key=, not both.")
            : KeyInTarget.FromPath(call.Target.Path.AsSpan(Paths.KeyPrefix.Length), out key);
    }
}
