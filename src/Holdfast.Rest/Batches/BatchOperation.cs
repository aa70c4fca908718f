using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Target;

namespace Holdfast.Rest.Batches;

/// <summary>An operation of a batch, checked and decoded.</summary>
internal readonly record struct BatchOperation(OperationKind Kind, byte[] Key, byte[] Value)
{
    private RequestFlags Flags { get; init; }

    private Revision Revision { get; init; }

    private long Argument { get; init; }

    private Expiry Expiry { get; init; }

    /// <summary>It as a part of a batch.</summary>
    public Request ToRequest() => new()
    {
        Operation = Kind.Operation,
        Flags = Flags,
        Revision = Revision,
        Argument = Argument,
        Expiry = Expiry,
        Key = Key,
        Value = Value,
    };

    /// <summary>Reads what the body gives; says what is wrong with it otherwise, but not where.</summary>
    public static Problem? Read(OperationBody body, int maxValueBytes, out BatchOperation operation)
    {
        operation = default;
        if (OperationKind.Find(body.Op) is not { } kind)
        {
            return Problem.Of(FaultCode.BadRequest, $"'op' is one of {OperationKind.Names}.");
        }

        if (kind.Check(body) is { } misfit)
        {
            return Problem.Of(FaultCode.BadRequest, $"{misfit}.");
        }

        if (ReadKey(body, out byte[] key) is { } badKey)
        {
            return badKey;
        }

        if (ReadValue(body, maxValueBytes, out byte[] value) is { } badValue)
        {
            return badValue;
        }

        if (ReadCondition(body, out RequestFlags flags, out Revision revision) is { } badCondition)
        {
            return badCondition;
        }

        if (body.Ttl is { Milliseconds: <= 0 })
        {
            return Problem.InvalidTimeToLive(
                "'ttl' is a positive integer of milliseconds, or a string such as \"30s\" with 'ms', 's', 'm', 'h' or 'd', of at most 100 years.");
        }

        operation = new BatchOperation(kind, key, value)
        {
            Flags = flags,
            Revision = revision,
            Argument = kind.Operation == Operation.Increment ? body.By ?? 1 : 0,
            Expiry = body.Ttl is { } timeToLive ? Expiry.After(timeToLive.Milliseconds) : Expiry.Never,
        };
        return null;
    }

    private static Problem? ReadKey(OperationBody body, out byte[] key)
    {
        key = body.Key;
        bool valid = body.KeyEncoding is null or "utf8" || (body.KeyEncoding == "base64" && EncodedBytes.TryDecodeBase64(body.Key, out key));
        return valid
            ? KeyInTarget.Check(key)
            : Problem.Of(FaultCode.BadRequest, "'key_encoding' is 'base64', and then 'key' is in base64; or it is 'utf8', as without.");
    }

    private static Problem? ReadValue(OperationBody body, int maxBytes, out byte[] value)
    {
        value = body.Value ?? [];
        bool valid = body.Encoding is null or "utf8" || (body.Encoding == "base64" && EncodedBytes.TryDecodeBase64(value, out value));
        if (!valid)
        {
            return Problem.Of(FaultCode.BadRequest, "'encoding' is 'base64', and then 'value' is in base64; or it is 'utf8', as without.");
        }

        return value.Length > maxBytes ? Problem.Of(FaultCode.ValueTooLarge, $"A value has at most {maxBytes} bytes.") : null;
    }

    private static Problem? ReadCondition(OperationBody body, out RequestFlags flags, out Revision revision)
    {
        bool ifAbsent = body.IfAbsent == true;
        Revision? expected = body.IfRevision ?? body.Revision;
        revision = expected ?? default;
        flags = ifAbsent || expected == Revision.None ? RequestFlags.IfAbsent
            : expected is not null ? RequestFlags.IfRevision
            : RequestFlags.None;
        if (ifAbsent && expected is not null)
        {
            return Problem.Of(FaultCode.BadRequest, "An operation takes 'if_absent' or 'if_revision', not both.");
        }

        return flags == RequestFlags.IfAbsent && body.Op == "delete"
            ? Problem.Of(FaultCode.BadRequest, "'if_revision' of 'delete' is above 0: there is nothing to delete of an absent key.")
            : null;
    }
}
