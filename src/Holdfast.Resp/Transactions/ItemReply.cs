using Holdfast.Api;

namespace Holdfast.Resp.Transactions;

/// <summary>An item of a batch as the reply that its operation gets when it is a request of its own.</summary>
internal static class ItemReply
{
    /// <summary>The reply; it shares the item's payload.</summary>
    public static Reply Of(scoped in BatchItem item, Operation operation)
    {
        // By itself an operation on an absent key is no fault, but for those that need a source.
        bool isAbsent = item.Fault == FaultCode.NotFound && operation is not (Operation.Copy or Operation.Rename);
        FaultCode fault = isAbsent ? FaultCode.None : item.Fault;
        return new Reply
        {
            Fault = fault,
            Outcome = fault == FaultCode.None ? Outcome.Done : Outcome.NotApplied,
            Flags = (item.Flags & BatchItemFlags.Found) != BatchItemFlags.None ? ReplyFlags.Found : ReplyFlags.None,
            Revision = item.Revision,
            Number = NumberOf(item, operation),
            TimeToLiveMs = item.TimeToLiveMs,
            Payload = item.Payload,
        };
    }

    private static long NumberOf(in BatchItem item, Operation operation) => operation switch
    {
        Operation.Get or Operation.Measure or Operation.Append => item.Length,
        Operation.Expire => (item.Flags & BatchItemFlags.Changed) != BatchItemFlags.None ? 1 : 0,
        Operation.Deadline => (long)item.DeadlineMs,
        _ => item.Number,
    };
}
