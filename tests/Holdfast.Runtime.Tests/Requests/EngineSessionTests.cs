using Holdfast.Primitives;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Requests;

public class EngineSessionTests
{
    private readonly RecordingRouter _router = new();
    private readonly RecordingSink _sink = new();

    [Fact]
    public void A_request_that_a_sink_submits_while_it_gets_replies_is_answered_too()
    {
        var session = new EngineSession(_router, _sink, isForwarder: false);
        _sink.Then = reply =>
        {
            if (reply.Id < 3)
            {
                session.Submit(Fakes.Requests.Get(reply.Id + 1, "key"));
            }
        };
        session.Submit(Fakes.Requests.Get(1, "key"));

        while (_router.WithReplies.TryDequeue(out EngineSession? next))
        {
            next.Deliver();
        }

        Assert.Equal([1UL, 2UL, 3UL], _sink.Replies.Select(reply => reply.Id));
    }

    [Fact]
    public void A_closed_session_gets_no_replies()
    {
        var session = new EngineSession(_router, _sink, isForwarder: false);
        session.Submit(Fakes.Requests.Get(1, "key"));
        session.Dispose();
        session.Submit(Fakes.Requests.Get(2, "key"));
        session.Deliver();

        Assert.Empty(_sink.Replies);
    }

    [Fact]
    public void The_last_proposal_counts_only_in_its_own_term_and_partition()
    {
        var session = new EngineSession(_router, _sink, isForwarder: false);
        session.Proposed(new PartitionId(2), new Consensus.EntryId(new Term(4), new LogIndex(9)), partitions: 3);

        Assert.Equal(new LogIndex(9), session.LastProposed(new PartitionId(2), new Term(4)));
        Assert.Equal(LogIndex.Zero, session.LastProposed(new PartitionId(2), new Term(5)));
        Assert.Equal(LogIndex.Zero, session.LastProposed(new PartitionId(1), new Term(4)));
    }
}
