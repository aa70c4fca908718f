using Holdfast.Api;
using Holdfast.Client;
using Holdfast.Primitives;

namespace Holdfast.Cli.Hosting;

/// <summary>Words a failed call in one line: what happened, why, and what to do.</summary>
internal static class FailureText
{
    public static string Of(HoldfastException failure)
    {
        string why = failure.Fault.Detail.Length == 0 ? failure.Code.Name() : failure.Fault.Detail;
        return failure.Unreachable
            ? $"no node could be reached: {why}; start one with 'holdfast dev', or name others with --endpoint{Doubt(failure)}"
            : $"{failure.Code.Name()}: {why}; {Advice(failure)}";
    }

    private static string Doubt(HoldfastException failure) => failure.Outcome == Outcome.Unknown
        ? "; an earlier attempt may have been applied, so read the key before repeating a write" : string.Empty;

    private static string Advice(HoldfastException failure) => failure switch
    {
        { Outcome: Outcome.Unknown } => "the outcome is unknown: the write may have been applied, so read the key before repeating it",
        { Code: FaultCode.ConditionFailed } => failure.Fault.Revision == Revision.None
            ? "the key is absent; nothing was changed"
            : $"the key has revision {failure.Fault.Revision}; nothing was changed",
        { Code: FaultCode.InvalidKey or FaultCode.KeyTooLarge } => $"keys are 1 to {Limits.MaxKeyBytes} bytes",
        { Code: FaultCode.ValueTooLarge } => "see the nodes' --max-value-bytes",
        { Code: FaultCode.NotAnInteger or FaultCode.Overflow } => "nothing was changed",
        { Code: FaultCode.CrossSlot } => "give the keys a common {tag}",
        { Code: FaultCode.NoLeader } => "a majority of the partition's nodes must be up: see 'holdfast status'",
        { Code: FaultCode.DiskFull } => "free space on the nodes' disks; deletes still work",
        { Code: FaultCode.MemoryFull } => "delete keys, or raise the nodes' --max-memory",
        { Code: FaultCode.Unsupported } => "the node runs another version of the program: upgrade the older of the two",
        { Code: FaultCode.Overloaded or FaultCode.Starting or FaultCode.Stopping or FaultCode.Timeout } =>
            "nothing was changed: try again, or with a longer --timeout",
        _ => "nothing was changed",
    };
}
