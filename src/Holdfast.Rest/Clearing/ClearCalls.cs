using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.KeyValue;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Clearing;

/// <summary>Deletes ranges over all partitions. Thread-safe.</summary>
internal sealed class ClearCalls(IRequestGate gate, GateCallPool calls)
{
    /// <summary>
    /// <c>DELETE /v1/kv?prefix=P</c> or <c>?all=true</c>: deletes what matched at its start, in all partitions side by side. The
    /// client's deadline holds for each step. The whole takes as long as there is to delete, and stops when the client goes.
    /// </summary>
    public async ValueTask<Problem?> ClearAsync(RestCall call)
    {
        if (ReadPrefix(call, out byte[] prefix) is { } refusal)
        {
            return refusal;
        }

        if (WriteOptions.Read(call, out WriteOptions options, inSteps: true) is { } badOptions)
        {
            return badOptions;
        }

        var clear = new Clear(prefix, options, calls);
        if (await clear.RunAsync(gate.PartitionCount, call.Aborted) is { } problem)
        {
            return problem;
        }

        await call.Response.WriteJsonAsync(200, new ClearBody(clear.Deleted), RestJson.Default.ClearBody);
        return null;
    }

    /// <summary>Reads what to delete. An empty prefix is refused: deleting everything takes a word of its own.</summary>
    private static Problem? ReadPrefix(RestCall call, out byte[] prefix)
    {
        prefix = call.Query.BytesOrEmpty("prefix");
        if (call.Query.Check("prefix", "all") is { } unknown)
        {
            return unknown;
        }

        if (CallOptions.ReadCondition(call, out RequestFlags condition, out _) is { } badCondition)
        {
            return badCondition;
        }

        if (call.Query.ReadFlag("all", out bool all) is { } badFlag)
        {
            return badFlag;
        }

        if (all == (prefix.Length > 0) || (all && call.Query.Has("prefix")) || condition != RequestFlags.None)
        {
            return Problem.Of(FaultCode.BadRequest, "Deleting many keys takes ?prefix=, not empty, or ?all=true, and no condition.");
        }

        return prefix.Length > Limits.MaxKeyBytes
            ? Problem.Of(FaultCode.KeyTooLarge, $"A prefix has at most {Limits.MaxKeyBytes} bytes, as a key.")
            : null;
    }
}
