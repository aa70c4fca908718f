using System.Text.Json;
using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Bulk;

/// <summary>Reads many keys, each as a read of its own: no two of them need be of the same moment. Thread-safe.</summary>
internal sealed class BulkReads(GateCallPool calls)
{
    /// <summary><c>POST /fetch</c>: the values of keys, null where there is none, in the order asked.</summary>
    public ValueTask<Problem?> FetchAsync(RestCall call) => ReadAsync(call, Operation.Get);

    /// <summary><c>POST /query</c>: whether keys are there, in the order asked.</summary>
    public ValueTask<Problem?> QueryAsync(RestCall call) => ReadAsync(call, Operation.Measure);

    private async ValueTask<Problem?> ReadAsync(RestCall call, Operation operation)
    {
        if (call.Query.Check("consistency") is { } unknown)
        {
            return unknown;
        }

        if (ReadOptions.Read(call, out ReadOptions options) is { } badOptions)
        {
            return badOptions;
        }

        (Problem? malformed, BoundedList<DataBody>? bodies) = await JsonBody.ReadAsync(call, RestJson.Default.BoundedListDataBody);
        if (bodies is null)
        {
            return malformed;
        }

        byte[][] keys = new byte[bodies.Count][];
        for (int i = 0; i < keys.Length; i++)
        {
            if (DataJson.ReadKey(bodies[i], out keys[i]) is { } invalid)
            {
                return invalid.At("keys", i);
            }
        }

        using var reads = new PipelinedReads(calls, operation, options, keys, call.Aborted);
        return await AnswerAsync(call, operation, bodies, reads);
    }

    /// <summary>Streams the answer. What fails before its first part was sent is a status; later, the connection is cut.</summary>
    private static async ValueTask<Problem?> AnswerAsync(RestCall call, Operation operation, BoundedList<DataBody> keys, PipelinedReads reads)
    {
        using var output = new BulkOutput(call);
        foreach (DataBody key in keys)
        {
            using GateCall read = await reads.NextAsync();
            if (read.Reply.Fault != FaultCode.None)
            {
                return output.Fail(Problem.Of(read.Reply.ToFault()));
            }

            Write(output.Json, operation, key, read.Reply);
            await output.SendAsync();
        }

        await output.EndAsync();
        return null;
    }

    private static void Write(Utf8JsonWriter json, Operation operation, DataBody key, in Reply reply)
    {
        json.WriteStartObject();
        DataJson.Write(json, "key", key);
        bool found = reply.Flags.HasFlag(ReplyFlags.Found);
        if (operation == Operation.Measure)
        {
            json.WriteBoolean("value"u8, found);
        }
        else if (found)
        {
            DataJson.Write(json, "value", reply.Payload);
        }
        else
        {
            json.WriteNull("value"u8);
        }

        json.WriteEndObject();
    }
}
