using System.Buffers;
using System.Text;
using Holdfast.Api;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>A reply that was kept.</summary>
internal sealed record KeptReply(ulong Id, FaultCode Fault, Outcome Outcome, long Number, string Payload, ReplyFlags Flags)
{
    public bool IsDone => Fault == FaultCode.None;
}

/// <summary>Keeps the replies of a session, in their order; may be told to do something with each.</summary>
internal sealed class RecordingSink : IReplySink
{
    public List<KeptReply> Replies { get; } = [];

    public Action<KeptReply>? Then { get; set; }

    public KeptReply? Find(ulong id) => Replies.SingleOrDefault(reply => reply.Id == id);

    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        while (!replies.IsEmpty)
        {
            Assert.Equal(OperationStatus.Done, Reply.TryRead(replies, out Reply reply, out int consumed));
            var kept = new KeptReply(reply.Id, reply.Fault, reply.Outcome, reply.Number, Encoding.UTF8.GetString(reply.Payload), reply.Flags);
            replies = replies[consumed..];
            Replies.Add(kept);
            Then?.Invoke(kept);
        }
    }
}
