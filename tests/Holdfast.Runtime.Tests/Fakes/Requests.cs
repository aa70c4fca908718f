using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>Encoded requests.</summary>
internal static class Requests
{
    public static byte[] Put(ulong id, string key, string value, uint timeoutMs = 0) => Encode(new Request
    {
        Id = id,
        Operation = Operation.Put,
        Key = Encoding.UTF8.GetBytes(key),
        Value = Encoding.UTF8.GetBytes(value),
        TimeoutMs = timeoutMs,
    });

    public static byte[] Get(ulong id, string key, uint timeoutMs = 0, RequestFlags flags = RequestFlags.None) => Encode(new Request
    {
        Id = id,
        Operation = Operation.Get,
        Flags = flags,
        Key = Encoding.UTF8.GetBytes(key),
        TimeoutMs = timeoutMs,
    });

    public static byte[] Count(ulong id, uint partition) =>
        Encode(new Request { Id = id, Operation = Operation.Count, Partition = new PartitionId(partition) });

    public static byte[] Encode(in Request request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
