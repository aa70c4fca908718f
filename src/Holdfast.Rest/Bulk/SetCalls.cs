using System.Buffers;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Bulk;

/// <summary>Stores many pairs of any keys. Thread-safe.</summary>
internal sealed class SetCalls(IRequestGate gate, IRouteMap routes, GateCallPool calls)
{
    /// <summary>
    /// <c>POST</c> and <c>PUT /set</c>: all or nothing in each partition, all partitions at once. 200 when all pairs are stored, 206
    /// when some partitions refused; when all did, the answer is their problem.
    /// </summary>
    public async ValueTask<Problem?> SetAsync(RestCall call)
    {
        if (WriteOptions.ReadOfManyKeys(call, out WriteOptions options) is { } refusal)
        {
            return refusal;
        }

        (Problem? malformed, BoundedList<PairBody>? pairs) = await JsonBody.ReadAsync(call, RestJson.Default.BoundedListPairBody);
        if (pairs is null)
        {
            return malformed;
        }

        if (Gather(pairs, out Dictionary<PartitionId, SetGroup> groups, out SetGroup[] groupOf) is { } invalid)
        {
            return invalid;
        }

        await Task.WhenAll(groups.Values.Select(group => group.SendAsync(call, calls, options)));
        if (ProblemOfAll(groups.Values) is { } problem)
        {
            return problem;
        }

        call.Response.StatusCode = Array.Exists(groupOf, group => group.Problem is not null) ? 206 : 200;
        call.Response.ContentType = Answers.Json;
        await call.Response.WriteBytesAsync(AnswerOf(pairs, groupOf));
        return null;
    }

    /// <summary>Puts each pair into its partition's group. What is wrong with one pair refuses all: nothing was sent yet.</summary>
    private Problem? Gather(BoundedList<PairBody> pairs, out Dictionary<PartitionId, SetGroup> groups, out SetGroup[] groupOf)
    {
        groups = [];
        groupOf = new SetGroup[pairs.Count];
        long bytes = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            byte[] value = [];
            Problem? problem = DataJson.ReadKey(pairs[i].Key, out byte[] key)
                ?? DataJson.ReadValue(pairs[i].Value, gate.MaxValueBytes, out value);
            if (problem is not null)
            {
                return problem.At("pairs", i);
            }

            var put = new Request { Operation = Operation.Put, Key = key, Value = value };
            bytes += put.EncodedBytes;
            if (bytes > Limits.MaxBatchBytes)
            {
                return Problem.Of(FaultCode.ValueTooLarge, $"With this one the pairs have more than {Limits.MaxBatchBytes} bytes.").At("pairs", i);
            }

            groupOf[i] = GroupOf(groups, key);
            groupOf[i].Add(key, put);
        }

        return null;
    }

    private SetGroup GroupOf(Dictionary<PartitionId, SetGroup> groups, byte[] key)
    {
        PartitionId partition = routes.PartitionOf(routes.SlotOf(key));
        if (!groups.TryGetValue(partition, out SetGroup? group))
        {
            group = new SetGroup();
            groups.Add(partition, group);
        }

        return group;
    }

    /// <summary>The problem when no partition took its pairs: one of which it is not known whether it did, if there is one.</summary>
    private static Problem? ProblemOfAll(IReadOnlyCollection<SetGroup> groups)
    {
        Problem[] problems = [.. groups.Select(group => group.Problem).OfType<Problem>()];
        return problems.Length == 0 || problems.Length < groups.Count
            ? null
            : Array.Find(problems, problem => problem.Outcome == Outcome.Unknown) ?? problems[0];
    }

    private static ReadOnlyMemory<byte> AnswerOf(BoundedList<PairBody> pairs, SetGroup[] groupOf)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Answers.JsonOptions);
        json.WriteStartObject();
        json.WriteNumber("keys_added"u8, groupOf.Count(group => group.Problem is null));
        json.WriteStartArray("keys_failed"u8);
        for (int i = 0; i < groupOf.Length; i++)
        {
            if (groupOf[i].Problem is { } problem)
            {
                json.WriteStartObject();
                DataJson.Write(json, "key", pairs[i].Key);
                json.WriteString("code"u8, problem.Code);
                json.WriteString("outcome"u8, (problem.Outcome ?? Outcome.NotApplied).Name());
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
