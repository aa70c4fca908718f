using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>
/// Faults in the words of Redis. Codes that clients retry by themselves are given only when nothing was applied; an error
/// whose outcome is not known begins with <c>UNKNOWN</c>.
/// </summary>
internal static class FaultText
{
    /// <summary>What a session answers to data commands while its node does not know the cluster yet.</summary>
    public const string Starting = "LOADING Holdfast is starting: the partitions are not known yet";

    /// <summary>Writes the error for a request that failed.</summary>
    public static void Write(RespWriter writer, in Reply reply, bool isWrite) =>
        writer.Error(Of(reply.Fault, reply.Outcome, reply.Payload, isWrite));

    /// <summary>The text of an error, with its code and without a line end.</summary>
    public static byte[] Of(FaultCode fault, Outcome outcome, ReadOnlySpan<byte> detail, bool isWrite) => isWrite && outcome == Outcome.Unknown
        ? [.. "UNKNOWN outcome unknown: "u8, .. detail]
        : fault switch
        {
            FaultCode.NotAnInteger => "ERR value is not an integer or out of range"u8.ToArray(),
            FaultCode.Overflow => "ERR increment or decrement would overflow"u8.ToArray(),
            FaultCode.ValueTooLarge => "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8.ToArray(),
            FaultCode.NotFound => "ERR no such key"u8.ToArray(),
            FaultCode.MemoryFull => "OOM command not allowed when used memory > 'maxmemory'."u8.ToArray(),
            FaultCode.CrossSlot => "CROSSSLOT Keys in request don't hash to the same slot"u8.ToArray(),
            FaultCode.NoLeader or FaultCode.Stopping => [.. "CLUSTERDOWN not-applied: "u8, .. detail],
            FaultCode.Overloaded or FaultCode.Timeout => [.. "TRYAGAIN not-applied: "u8, .. detail],
            FaultCode.Starting => [.. "LOADING Holdfast is starting: "u8, .. detail],
            _ => [.. Encoding.UTF8.GetBytes($"ERR {fault.Name()} not-applied: "), .. detail],
        };
}
