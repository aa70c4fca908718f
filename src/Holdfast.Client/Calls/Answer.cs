using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Calls;

/// <summary>A reply with bytes of its own, for callers that outlive the connection's buffer.</summary>
internal sealed record Answer
{
    public Answer(scoped in Reply reply)
    {
        Fault = reply.Fault;
        Outcome = reply.Outcome;
        Flags = reply.Flags;
        Revision = reply.Revision;
        Number = reply.Number;
        TimeToLive = reply.TimeToLiveMs == 0 ? null : TimeSpan.FromMilliseconds(reply.TimeToLiveMs);
        RetryAfterMs = reply.RetryAfterMs;
        Payload = reply.Payload.ToArray();
    }

    public FaultCode Fault { get; }

    public Outcome Outcome { get; }

    public ReplyFlags Flags { get; }

    public Revision Revision { get; }

    public long Number { get; }

    public TimeSpan? TimeToLive { get; }

    public uint RetryAfterMs { get; }

    public byte[] Payload { get; }

    public bool Found => (Flags & ReplyFlags.Found) != ReplyFlags.None;

    public bool Created => (Flags & ReplyFlags.Created) != ReplyFlags.None;

    public bool More => (Flags & ReplyFlags.More) != ReplyFlags.None;

    /// <summary>The index of the operation that failed a batch. Other faults are, or may be, of the batch as a whole.</summary>
    public int? BatchIndexOf(Operation operation) =>
        operation == Operation.Batch && Fault is FaultCode.ConditionFailed or FaultCode.NotAnInteger or FaultCode.Overflow ? (int)Number : null;

    public Fault ToFault() => new(Fault, Outcome, Encoding.UTF8.GetString(Payload), Revision, RetryAfterMs);
}
