using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A client's operation as the native protocol has it.</summary>
internal static class ClientRequest
{
    public static byte[] Encode(ulong id, ClientOperation operation, in WriteIdentity identity, PartitionId partition, uint timeoutMs)
    {
        ArrayBufferWriter<byte> output = new(256);
        Request request = Fill(operation);
        BatchBuilder batch = new();
        if (operation.Operation == Operation.Batch)
        {
            foreach (ClientOperation part in operation.Parts)
            {
                batch.Add(Fill(part));
            }

            request = batch.ToRequest(request.Key, operation.Flags.HasFlag(RequestFlags.Sequential));
        }

        request.Id = id;
        request.TimeoutMs = timeoutMs;
        request.Partition = partition;
        request.Session = identity.Session;
        if (identity.Token is { } token)
        {
            request.Token = Encoding.Latin1.GetBytes(token);
            request.Fingerprint = Crc32C.Compute(request.Value, Crc32C.Compute(request.Key));
        }

        request.Write(output);
        return output.WrittenSpan.ToArray();
    }

    private static Request Fill(ClientOperation operation) => new()
    {
        Operation = operation.Operation,
        Flags = operation.Flags,
        Revision = new Revision(operation.IfRevision),
        Argument = operation.Argument,
        Expiry = operation.Expiry,
        Key = Encoding.Latin1.GetBytes(operation.Key),
        Value = Encoding.Latin1.GetBytes(operation.Value),
    };
}
