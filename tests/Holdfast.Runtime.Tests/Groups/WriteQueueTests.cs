using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Requests;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Groups;

public sealed class WriteQueueTests : IDisposable
{
    private readonly WriteQueue _queue = new();
    private readonly List<PendingWrite> _lost = [];
    private readonly EngineSession _session = new(new RecordingRouter(), new RecordingSink(), isForwarder: false);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_committed_proposal_is_done()
    {
        Propose(term: 1, index: 5, id: 10);
        Propose(term: 1, index: 6, id: 11);

        Assert.Equal(10UL, Commit(1, 5));
        Assert.Equal(11UL, Commit(1, 6));
        Assert.Empty(_lost);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void An_entry_that_was_proposed_elsewhere_concerns_no_proposal_here()
    {
        Propose(term: 1, index: 5, id: 10);

        Assert.Null(Commit(1, 4));
        Assert.Equal(10UL, Commit(1, 5));
    }

    [Fact]
    public void A_proposal_whose_index_another_entry_took_is_lost()
    {
        Propose(term: 1, index: 5, id: 10);

        Assert.Null(Commit(2, 5));
        Assert.Equal([10UL], _lost.Select(write => write.Id));
    }

    [Fact]
    public void A_superseded_proposal_can_still_be_done()
    {
        Propose(term: 1, index: 5, id: 10);
        Propose(term: 1, index: 6, id: 11);
        Propose(term: 3, index: 6, id: 12);

        Assert.Equal(10UL, Commit(1, 5));
        Assert.Equal(12UL, Commit(3, 6));
        Assert.Equal([11UL], _lost.Select(write => write.Id));
    }

    /// <summary>
    /// With five replicas the entry of term 1 can win its index after this leader proposed another one there in term 3: a candidate whose
    /// log ends with the old entry is elected by those that have neither.
    /// </summary>
    [Fact]
    public void When_a_superseded_proposal_wins_the_later_one_of_its_index_is_lost_and_apply_goes_on()
    {
        Propose(term: 1, index: 5, id: 10);
        Propose(term: 3, index: 5, id: 11);

        Assert.Equal(10UL, Commit(1, 5));
        Assert.Equal([11UL], _lost.Select(write => write.Id));
        Assert.Null(Commit(4, 6));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_snapshot_leaves_the_fate_of_what_it_covers_unknown_and_of_nothing_else()
    {
        Propose(term: 1, index: 5, id: 10);
        Propose(term: 1, index: 9, id: 11);
        Propose(term: 3, index: 6, id: 12);
        Propose(term: 3, index: 7, id: 13);

        var unknown = new List<PendingWrite>();
        _queue.TakeThrough(new LogIndex(6), unknown);

        Assert.Equal([10UL, 12UL], unknown.Select(write => write.Id).Order());
        Assert.Equal(2, _queue.Count);
    }

    [Fact]
    public void Only_proposals_whose_deadline_passed_are_late()
    {
        Propose(term: 1, index: 5, id: 10, deadline: 300);
        Propose(term: 1, index: 6, id: 11, deadline: 100);
        Propose(term: 1, index: 7, id: 12, deadline: 200);

        var late = new List<PendingWrite>();
        _queue.TakeLate(200, late);

        Assert.Equal([11UL, 12UL], late.Select(write => write.Id));
        Assert.Equal(10UL, Commit(1, 5));
    }

    [Fact]
    public void A_superseded_proposal_is_late_when_its_deadline_passed_like_any_other()
    {
        Propose(term: 1, index: 5, id: 10, deadline: 100);
        Propose(term: 1, index: 6, id: 11, deadline: 300);
        Propose(term: 1, index: 7, id: 12, deadline: 200);
        Propose(term: 3, index: 5, id: 13, deadline: 400);

        var late = new List<PendingWrite>();
        _queue.TakeLate(200, late);

        Assert.Equal([10UL, 12UL], late.Select(write => write.Id));
        Assert.Null(Commit(1, 5));
        Assert.Equal([13UL], _lost.Select(write => write.Id));
        Assert.Equal(11UL, Commit(1, 6));
    }

    private void Propose(ulong term, ulong index, ulong id, long deadline = long.MaxValue) => _queue.Add(
        new PendingWrite(Entry(term, index), _session, id, Operation.Put, RequestFlags.None, deadline));

    private ulong? Commit(ulong term, ulong index) =>
        _queue.TryTake(Entry(term, index), _lost, out PendingWrite write) ? write.Id : null;

    private static EntryId Entry(ulong term, ulong index) => new(new Term(term), new LogIndex(index));
}
