using System.Buffers;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Json;

namespace Holdfast.Rest.Batches;

/// <summary>Writes what a batch gave: <c>{"revision":9,"results":[…]}</c>, a result for each operation.</summary>
internal static class BatchAnswer
{
    /// <summary>The answer to a batch that was done.</summary>
    public static ReadOnlyMemory<byte> Of(BatchOperation[] operations, in Reply reply)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Answers.JsonOptions);
        json.WriteStartObject();
        PairJson.WriteRevision(json, reply.Revision);
        json.WriteStartArray("results"u8);
        ReadOnlySpan<byte> items = reply.Payload;
        foreach (BatchOperation operation in operations)
        {
            Invariant.Require(BatchItem.TryRead(ref items, out BatchItem item), "a batch that was done has an item for each operation");
            Write(json, operation, item);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, in BatchOperation operation, in BatchItem item)
    {
        json.WriteStartObject();
        json.WriteString("op"u8, operation.Kind.Name);
        PairJson.WriteKey(json, "key", "key_encoding", operation.Key);
        PairJson.WriteRevision(json, item.Revision);
        switch (operation.Kind.Operation)
        {
            case Operation.Put:
                WriteCreated(json, item);
                break;
            case Operation.Append:
                json.WriteNumber("length"u8, item.Length);
                WriteCreated(json, item);
                break;
            case Operation.Increment:
                json.WriteNumber("value"u8, item.Number);
                break;
            case Operation.Delete:
                json.WriteNumber("deleted"u8, item.Number);
                break;
            case Operation.Get:
                WriteRead(json, item);
                break;
            case Operation.Check:
                break;
            default:
                throw Invariant.Unreachable("every kind of operation has a result");
        }

        json.WriteEndObject();
    }

    private static void WriteCreated(Utf8JsonWriter json, in BatchItem item) =>
        json.WriteBoolean("created"u8, item.Flags.HasFlag(BatchItemFlags.Created));

    private static void WriteRead(Utf8JsonWriter json, in BatchItem item)
    {
        if (item.Flags.HasFlag(BatchItemFlags.Found))
        {
            PairJson.WriteValue(json, item.Payload);
            json.WriteNumber("length"u8, item.Length);
            PairJson.WriteTimeToLive(json, item.TimeToLiveMs);
        }
        else
        {
            json.WriteNull("value"u8);
        }
    }
}
