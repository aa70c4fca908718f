using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Groups;

public sealed class ReadQueueTests : IDisposable
{
    private readonly ReadQueue _queue = new();
    private readonly EngineSession _mine = new(new RecordingRouter(), new RecordingSink(), isForwarder: false);
    private readonly EngineSession _other = new(new RecordingRouter(), new RecordingSink(), isForwarder: false);

    public void Dispose()
    {
        _mine.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_read_waits_for_the_confirmation_of_its_context_and_for_its_index()
    {
        Add(1, arrival: 5);
        Assert.True(_queue.TryClose(out ulong context));
        Assert.Null(TakeReady(applied: 9));

        _queue.Grant(new ReadGrant(context, new LogIndex(6), LeaseMicros: 0));
        Assert.Null(TakeReady(applied: 5));
        Assert.Equal(1UL, TakeReady(applied: 6));
        Assert.Null(TakeReady(applied: 6));
    }

    [Fact]
    public void A_confirmation_does_not_serve_reads_that_came_after_it_was_requested()
    {
        Add(1, arrival: 5);
        _queue.TryClose(out ulong context);
        Add(2, arrival: 5);
        _queue.Grant(new ReadGrant(context, new LogIndex(5), LeaseMicros: 0));

        Assert.Equal(1UL, TakeReady(applied: 5));
        Assert.Null(TakeReady(applied: 5));
        Assert.True(_queue.TryClose(out ulong next));
        Assert.True(next > context);
    }

    [Fact]
    public void A_confirmation_is_requested_once_for_all_reads_that_wait_for_it()
    {
        Add(1, arrival: 5);
        Add(2, arrival: 5);

        Assert.True(_queue.TryClose(out _));
        Assert.False(_queue.TryClose(out _));
    }

    [Fact]
    public void A_read_waits_for_what_its_session_proposed_before()
    {
        Add(1, arrival: 8, own: 8);
        _queue.TryClose(out ulong context);
        _queue.Grant(new ReadGrant(context, new LogIndex(5), LeaseMicros: 0));

        Assert.Null(TakeReady(applied: 7));
        Assert.Equal(1UL, TakeReady(applied: 8));
    }

    [Fact]
    public void The_commit_of_a_later_entry_of_the_term_confirms_a_read_and_of_an_earlier_one_does_not()
    {
        Add(1, arrival: 5);

        Assert.Null(TakeBefore(term: 2, index: 5));
        Assert.Null(TakeBefore(term: 3, index: 6));
        Assert.Equal(1UL, TakeBefore(term: 2, index: 6));
    }

    /// <summary>
    /// The session's first read is behind another session's, which waits long for its own proposal; its second read came when nothing of
    /// it was outstanding. Answered first, the second would show an older state than the first.
    /// </summary>
    [Fact]
    public void A_sessions_reads_are_answered_in_the_order_sent()
    {
        Add(1, arrival: 20, own: 20, _other);
        Add(2, arrival: 20, own: 10);
        Add(3, arrival: 20);
        _queue.TryClose(out ulong context);
        _queue.Grant(new ReadGrant(context, new LogIndex(12), LeaseMicros: 0));

        Assert.Null(TakeReady(applied: 12));
        Assert.Equal([1UL, 2UL, 3UL], [TakeReady(applied: 20), TakeReady(applied: 20), TakeReady(applied: 20)]);
    }

    [Fact]
    public void Once_they_are_answered_the_sessions_next_read_waits_for_nobody()
    {
        Add(1, arrival: 10, own: 10);
        _queue.TryClose(out ulong context);
        _queue.Grant(new ReadGrant(context, new LogIndex(9), LeaseMicros: 0));
        Assert.Equal(1UL, TakeReady(applied: 10));

        Add(2, arrival: 20, own: 20, _other);
        Add(3, arrival: 20);
        _queue.TryClose(out context);
        _queue.Grant(new ReadGrant(context, new LogIndex(10), LeaseMicros: 0));
        Assert.Equal(3UL, TakeReady(applied: 10));
    }

    [Fact]
    public void A_context_that_can_not_be_confirmed_gives_up_its_reads_and_all_before_it()
    {
        Add(1, arrival: 5);
        _queue.TryClose(out _);
        Add(2, arrival: 5, own: 5);
        _queue.TryClose(out ulong context);
        Add(3, arrival: 5, session: _other);

        var rejected = new List<PendingRequest>();
        _queue.TakeRejected(context, rejected);

        Assert.Equal([1UL, 2UL], rejected.Select(read => read.Id));
        Assert.Equal(1, _queue.Count);
        Assert.Equal(0, _mine.OrderedReads);
    }

    [Fact]
    public void Only_reads_whose_deadline_passed_are_late()
    {
        Add(1, arrival: 5, deadline: 300);
        Add(2, arrival: 5, deadline: 100);
        Add(3, arrival: 5, own: 5, deadline: 200);
        Add(4, arrival: 5, own: 5, deadline: 201);

        var late = new List<PendingRequest>();
        _queue.TakeLate(200, late);

        Assert.Equal([2UL, 3UL], late.Select(read => read.Id));
        Assert.Equal(2, _queue.Count);
        Assert.Equal(1, _mine.OrderedReads);
    }

    private void Add(ulong id, ulong arrival, ulong own = 0, EngineSession? session = null, long deadline = long.MaxValue)
    {
        byte[] encoded = Fakes.Requests.Get(id, "key");
        Request.TryRead(encoded, out Request request, out _);
        _queue.Add(
            PendingRequest.Keep(session ?? _mine, encoded, request, deadline),
            new EntryId(new Term(2), new LogIndex(arrival)),
            new LogIndex(own));
    }

    private ulong? TakeReady(ulong applied) =>
        _queue.TryTakeReady(new LogIndex(applied), out PendingRequest read) ? read.Id : null;

    private ulong? TakeBefore(ulong term, ulong index) =>
        _queue.TryTakeBefore(new EntryId(new Term(term), new LogIndex(index)), out PendingRequest read) ? read.Id : null;
}
