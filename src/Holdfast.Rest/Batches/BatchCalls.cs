using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Batches;

/// <summary>Several operations on the keys of one slot as one change. Thread-safe.</summary>
internal sealed class BatchCalls(IRequestGate gate, IRouteMap routes, GateCallPool calls)
{
    private const string Place = "ops";

    /// <summary><c>POST /v1/batch</c>: all or nothing. Answers and returns null, or returns why not.</summary>
    public async ValueTask<Problem?> BatchAsync(RestCall call)
    {
        if (WriteOptions.ReadOfManyKeys(call, out WriteOptions options) is { } refusal)
        {
            return refusal;
        }

        (Problem? malformed, BatchBody? body) = await JsonBody.ReadAsync(call, RestJson.Default.BatchBody);
        if (body is null)
        {
            return malformed;
        }

        if (ReadOperations(body, out BatchOperation[] operations, out BatchBuilder batch) is { } invalid)
        {
            return invalid;
        }

        using GateCall gateCall = calls.Rent();
        await AskAsync(gateCall, batch, operations[0].Key, options, call.Aborted);
        call.NameServer(gateCall.Reply);
        if (gateCall.Reply.Fault != FaultCode.None)
        {
            return Failed(gateCall.Reply, operations.Length);
        }

        call.Response.ContentType = Answers.Json;
        await call.Response.WriteBytesAsync(BatchAnswer.Of(operations, gateCall.Reply));
        return null;
    }

    private static ValueTask AskAsync(GateCall gateCall, BatchBuilder batch, byte[] key, WriteOptions options, CancellationToken cancellation)
    {
        Request request = batch.ToRequest(key);
        options.Mark(ref request);
        return gateCall.SendAsync(request, cancellation);
    }

    private Problem? ReadOperations(BatchBody body, out BatchOperation[] operations, out BatchBuilder batch)
    {
        operations = new BatchOperation[body.Ops.Count];
        batch = new BatchBuilder();
        if (operations.Length == 0)
        {
            return Problem.Of(FaultCode.BadRequest, "'ops' has at least one operation.");
        }

        for (int i = 0; i < operations.Length; i++)
        {
            Problem? problem = BatchOperation.Read(body.Ops[i], gate.MaxValueBytes, out operations[i])
                ?? CheckSlot(operations[0].Key, operations[i].Key)
                ?? Add(batch, operations[i]);
            if (problem is not null)
            {
                return problem.At(Place, i);
            }
        }

        return null;
    }

    private static Problem? Add(BatchBuilder batch, in BatchOperation operation)
    {
        Request request = operation.ToRequest();
        if (batch.WouldExceed(request.EncodedBytes))
        {
            return Problem.Of(FaultCode.ValueTooLarge, $"With this one the batch has more than {Limits.MaxBatchBytes} bytes.");
        }

        batch.Add(request);
        return null;
    }

    /// <summary>The store checks it too, but can't tell which operation it is. A single partition holds all slots.</summary>
    private Problem? CheckSlot(byte[] first, byte[] key) => gate.PartitionCount == 1 || routes.SlotOf(first) == routes.SlotOf(key)
        ? null
        : Problem.Of(FaultCode.CrossSlot, "This key is in another slot than the first one: give the keys one hash tag, such as {user1}.");

    /// <summary>The store numbers the operation that failed a batch; other failures are of the batch as a whole.</summary>
    private static Problem Failed(in Reply reply, int operations)
    {
        var problem = Problem.Of(reply.ToFault());
        bool isOfOperation = reply.Fault is FaultCode.ConditionFailed or FaultCode.NotAnInteger or FaultCode.Overflow or FaultCode.ValueTooLarge;
        if (!isOfOperation)
        {
            return problem;
        }

        Invariant.Require(reply.Number >= 0 && reply.Number < operations, "an operation that failed is one of the batch");
        return problem.At(Place, (int)reply.Number);
    }
}
