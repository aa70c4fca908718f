using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>Refuses every request at once, and remembers who has replies.</summary>
internal sealed class RecordingRouter : IRequestRouter
{
    public Queue<EngineSession> WithReplies { get; } = new();

    public void Route(EngineSession session, ReadOnlySpan<byte> requests)
    {
        while (Request.TryRead(requests, out Request request, out int consumed) == OperationStatus.Done)
        {
            session.Refuse(new NodeId(0), request.Id, FaultCode.Starting, Outcome.NotApplied, "refused");
            requests = requests[consumed..];
        }
    }

    public void HasReplies(EngineSession session) => WithReplies.Enqueue(session);
}
